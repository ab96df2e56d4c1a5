// One request to the console on its way through.
#pragma once

#include "runtime/console/console.hpp"

#include <optional>

namespace tael {

struct Console::Visit {
  ServerRequest request;
  Respond respond;
  std::vector<std::string_view> params;
  Form query, form;
  std::string token;
  std::optional<Session> session;

  void answer(ServerResponse response) const { respond(std::move(response)); }
};

}  // namespace tael
