// Which node owns which shard. An owner is a row with an epoch; taking a shard raises the epoch, and
// whoever still writes with the old one is refused by the fence in its own transaction.
#pragma once

#include "adapters/postgres/batch.hpp"
#include "adapters/postgres/connection.hpp"

#include <optional>
#include <string>

namespace tael::postgres {

/// Takes all shards for `node`, from whoever has them, and returns their new epochs. Waits for writes that are
/// under way at the old owner, `StatementError` 55P03 when one takes longer than the session's lock timeout.
Epochs take_all_shards(Connection& connection, const std::string& node, TimePoint now, Duration within);

/// Who has a shard that was granted to `node` at `epochs`: what is taken never comes back. Nothing while it has all.
std::optional<std::string> who_took_a_shard(Connection& connection, const std::string& node, const Epochs& epochs,
                                            Duration within);

}  // namespace tael::postgres
