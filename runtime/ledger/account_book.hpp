// Accounts as rows tell them: what was applied, what is on its way, and the statement of one.
#pragma once

#include "actors/domain/time.hpp"
#include "adapters/postgres/snapshot.hpp"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace tael {

/// Amounts in minor units; debit is positive. `balance + on_their_way = entries`, or the books are wrong.
struct AccountLine {
  std::string id, kind, currency;
  std::int64_t balance = 0;       ///< Applied so far; for a kind without a running balance the sum of its entries.
  std::int64_t on_their_way = 0;  ///< Postings that are durable and not applied yet.
  std::int64_t entries = 0;       ///< The sum of all postings.
  std::int64_t postings = 0;      ///< How many.
};

struct StatementLine {
  std::string at, entry, rule, cause, order;
  std::int64_t amount = 0, balance = 0;  ///< `balance`: the sum of entries after this one.
};

struct Statement {
  AccountLine account;
  std::int64_t opening = 0, closing = 0;  ///< Sums of entries before the first line and after the last.
  std::vector<StatementLine> lines;       ///< Oldest first.
  std::int64_t left_out = 0;              ///< Older lines of the same span that did not fit.
};

/// Which lines of a statement: from `from` on, before `to`, the newest `most` of them.
struct StatementSpan {
  std::optional<TimePoint> from, to;
  std::int64_t most = 100;
};

/// Accounts that have postings, by id; of one `kind` when it is not empty.
std::vector<AccountLine> account_lines(postgres::Snapshot& snapshot, const std::string& kind = {});
std::optional<AccountLine> account_line(postgres::Snapshot& snapshot, const std::string& id);
std::optional<Statement> account_statement(postgres::Snapshot& snapshot, const std::string& id,
                                           const StatementSpan& span);

void print_text(const std::vector<AccountLine>& lines, std::ostream& out);
/// `{"accounts": [{"id", "kind", "currency", "balance", "on_their_way", "entries", "postings"}]}`
void print_json(const std::vector<AccountLine>& lines, std::ostream& out);
void print_text(const Statement& statement, std::ostream& out);
/// `{"account", "opening", "closing", "left_out", "lines": [{"at", "entry", "rule", "cause", "order", "amount",
/// "balance"}]}`
void print_json(const Statement& statement, std::ostream& out);

}  // namespace tael
