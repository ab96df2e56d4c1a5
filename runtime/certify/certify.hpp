// The torture suite as a whole: every case in turn on one stage, and what came of each.
#pragma once

#include "runtime/certify/subject.hpp"

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace tael::certify {

enum class Outcome {
  passed,
  failed,
  not_said,  ///< The protocol has no way to say it.
};
std::string_view name_of(Outcome outcome);

struct Result {
  std::string name, claim;
  Outcome outcome = Outcome::passed;
  std::string seen;  ///< What the adapter made of it; of a failed case what was expected and not seen.
};

struct Certificate {
  std::string channel;
  std::vector<Result> results;
  bool is_green() const;
  std::size_t count(Outcome outcome) const;
};

/// Plays every case, or those whose names begin with `only`. Throws std::runtime_error when the stage cannot be set.
Certificate certify(const Subject& subject, std::string_view only = {},
                    const std::function<void(const Result&)>& progress = {});

void print_table(const Certificate& certificate, std::ostream& out);
/// One JSON object.
std::string to_json(const Certificate& certificate);

}  // namespace tael::certify
