// Which node owns which shard. An owner is a row with an epoch; taking a shard raises the epoch, and
// whoever still writes with the old one is refused by the fence in its own transaction.
#pragma once

#include "adapters/postgres/batch.hpp"
#include "adapters/postgres/connection.hpp"

#include <optional>
#include <string>

namespace tael::postgres {

struct TakenShards {
  Epochs epochs{};
  std::string former;  ///< The writer who had them; empty when nobody had.
};

/// Takes all shards for `node`, from whoever has them. Waits for writes that are under way at the old owner,
/// `StatementError` 55P03 when one takes longer than the session's lock timeout.
TakenShards take_all_shards(Connection& connection, const std::string& node, TimePoint now, Duration within);

/// Who has a shard that was granted to `node` at `epochs`: what is taken never comes back. Nothing while it has all.
std::optional<std::string> who_took_a_shard(Connection& connection, const std::string& node, const Epochs& epochs,
                                            Duration within);

/// How an owner's writer is called: no other process ever has this name.
std::string writer_name(const std::string& node, std::int64_t epoch);
/// For the life of the connection: others see that the writer lives.
void show_life(Connection& connection, const std::string& writer, Duration within);
/// The server has seen the last connection of `writer` end.
bool has_died(Connection& connection, const std::string& writer, Duration within);

}  // namespace tael::postgres
