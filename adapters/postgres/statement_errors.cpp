#include "adapters/postgres/statement_errors.hpp"

#include "adapters/postgres/statements.hpp"

#include <algorithm>
#include <initializer_list>
#include <unordered_set>

namespace tael::postgres {
namespace {

bool begins_with_any(std::string_view sqlstate, std::initializer_list<std::string_view> classes) {
  return std::ranges::any_of(classes, [&](auto begin) { return sqlstate.starts_with(begin); });
}

}  // namespace

bool is_definite(std::string_view sqlstate) {
  return begins_with_any(sqlstate,
                         {"0A", "21", "22", "23", "25", "40", "54", "55P03", "57014", "P0", "TA001", "TA002"});
}

bool is_passing(std::string_view sqlstate) { return begins_with_any(sqlstate, {"40", "55P03", "57014"}); }

CommitOutcome outcome_of(const StatementError& error) {
  static const std::unordered_set<std::string_view> version_keys{
      "journal_pkey",  "orders_pkey", "attempts_pkey", "refunds_pkey",        "notices_pkey",
      "accounts_pkey", "accounts_id", "breakers_pkey", "breaker_events_pkey", "alert_messages_pkey"};
  if (error.sqlstate == lease_lost) return CommitOutcome::fenced;
  if (error.sqlstate == rows_not_as_expected) return CommitOutcome::conflict;
  if (error.sqlstate == "23505" && error.constraint == "channel_transactions_pkey")
    return CommitOutcome::transaction_taken;
  if (error.sqlstate == "23505" && version_keys.contains(error.constraint)) return CommitOutcome::conflict;
  return CommitOutcome::refused;
}

}  // namespace tael::postgres
