// One case of the torture suite: a claim about every channel, and how it is played.
#pragma once

#include "runtime/certify/stage.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tael::certify {

struct Case {
  std::string_view name;
  std::string_view claim;
  bool Facts::*needs;  ///< Null: every protocol.
  void (*play)(Stage&);
};

/// The parts of the suite, in the order they are played.
std::span<const Case> payment_cases();
std::span<const Case> refund_cases();
std::span<const Case> answer_cases();
std::span<const Case> callback_cases();

}  // namespace tael::certify
