// What the server's refusal of a statement means for the batch it was part of.
#pragma once

#include "actors/ports/store.hpp"
#include "adapters/postgres/connection.hpp"

#include <string_view>

namespace tael::postgres {

/// The server says itself that the transaction will not commit. Whatever else it says, it may have committed.
bool is_definite(std::string_view sqlstate);

/// Nothing is wrong with the batch; only the moment was.
bool is_passing(std::string_view sqlstate);

/// Of the one member that is at fault.
CommitOutcome outcome_of(const StatementError& error);

}  // namespace tael::postgres
