// The statements of a write transaction, one per table and kind of change, each for a whole batch.
// A statement that does not find what its writer expects raises, so COMMIT can travel with it.
#pragma once

#include "adapters/postgres/batch.hpp"
#include "adapters/postgres/connection.hpp"

#include <span>
#include <string>
#include <vector>

namespace tael::postgres {

/// SQLSTATEs that the schema's own functions raise (`migrations/0001_first.sql`).
inline constexpr std::string_view rows_not_as_expected = "TA001", lease_lost = "TA002", batch_replaced = "TA003";

const std::vector<Statement>& write_statements();

/// Begins, proves that `node` owns every shard of the batch at its epoch, and counts the writer's batch up to `number`.
void send_begin(Connection& connection, const Batch& batch, const std::string& node, const Epochs& epochs,
                const std::string& writer, std::int64_t number);

/// What may lose against an earlier one: idempotency keys, then orders. Each answers with those that were new.
void send_creates(Connection& connection, const Batch& batch);

/// Everything else, without the COMMIT.
void send_changes(Connection& connection, const Batch& batch);

}  // namespace tael::postgres
