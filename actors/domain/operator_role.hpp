// What an operator, a person at the console or a program with a token, may do. Each role may do what the ones before it
// may.
#pragma once

#include <array>
#include <string_view>

namespace tael {

enum class OperatorRole {
  read,     ///< Look at everything, change nothing.
  operate,  ///< Switch, sync, close, resume, take alerts on.
  approve,  ///< Say yes to what somebody else asked for and one person may not decide.
};

constexpr std::string_view name_of(OperatorRole role) {
  constexpr std::array<std::string_view, 3> names{"read", "operate", "approve"};
  return names.at(static_cast<std::size_t>(role));
}

constexpr bool may(OperatorRole role, OperatorRole needed) { return role >= needed; }

static_assert(may(OperatorRole::approve, OperatorRole::operate) && may(OperatorRole::operate, OperatorRole::read));
static_assert(!may(OperatorRole::read, OperatorRole::operate) && !may(OperatorRole::operate, OperatorRole::approve));

}  // namespace tael
