// Bodies of operators' requests, read strictly; and how a breaker reads as JSON.
#pragma once

#include "actors/messages.hpp"
#include "actors/supervision_board.hpp"
#include "runtime/api/body_reader.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tael {

struct BadAdminBody {
  bool malformed = false;  ///< No JSON object at all.
  std::vector<FieldError> errors;
};

/// For whom a program asks, which nobody has proved, and why. Both end in the journal.
struct OperatorAsked {
  std::string actor;  ///< Empty: for itself.
  std::string reason;
};

/// `{path, static_switch, for | until, actor?, reason}`
std::variant<SwitchPath, BadAdminBody> read_switch(std::string_view body, TimePoint now);
/// `{actor?, reason}`
std::variant<OperatorAsked, BadAdminBody> read_operator(std::string_view body);

std::string to_json(const BreakerView& view);
/// `{"paths": [...]}`
std::string to_json(const BreakersView& view);
std::string to_json(const LinksView& view);
/// `{"turn": "on" | "down" | "off", "actor"?, "reason"}`
std::variant<TurnLinkMonitor, BadAdminBody> read_link_turn(std::string_view text);
/// The supervision tree: each with those it watches.
std::string to_json(const std::vector<Supervised>& rows);

}  // namespace tael
