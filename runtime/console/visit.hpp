// One request to the console on its way through.
#pragma once

#include "actors/domain/assert.hpp"
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
  /// Of a page that only those who are logged in reach.
  const Session& signed_in() const {
    TAEL_ASSERT(session.has_value(), "the page is open to those who are logged in only");
    return *session;
  }

  void answer(ServerResponse response) const { respond(std::move(response)); }
};

}  // namespace tael
