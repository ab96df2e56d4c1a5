#include "runtime/ledger/account_book.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace tael {
namespace {

namespace json = boost::json;

/// $1: an account, or empty for all; $2: a kind, or empty for all.
constexpr const char* accounts_sql = R"sql(
with booked as (select account as id, currency, sum(amount)::bigint as entries, count(*) as postings
                from tael.postings
                where ($1 = '' or account = $1) and ($2 = '' or split_part(account, ':', 1) = $2)
                group by 1, 2),
     way as (select account as id, sum(amount)::bigint as amount from tael.postings_due group by 1)
select booked.id, split_part(booked.id, ':', 1) as kind, booked.currency,
       coalesce(kept.balance, booked.entries - coalesce(way.amount, 0)) as balance,
       coalesce(way.amount, 0) as on_their_way, booked.entries, booked.postings
from booked left join tael.accounts kept using (id) left join way using (id)
order by booked.id
)sql";

/// $1: the account; $2 and $3: from and before, as unix milliseconds; $4: how many at most.
constexpr const char* statement_sql = R"sql(
with lines as (select entry.at, entry.id, posting.no, entry.rule, entry.cause, entry.order_id, posting.amount,
                      sum(posting.amount) over (order by entry.at, entry.id, posting.no)::bigint as balance
               from tael.postings posting join tael.entries entry
                    on entry.shard = posting.shard and entry.id = posting.entry
               where posting.account = $1),
     span as (select *, count(*) over () as in_span from lines
              where at >= to_timestamp($2::bigint / 1000.0) and at < to_timestamp($3::bigint / 1000.0)
              order by at desc, id desc, no desc limit $4::bigint)
select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, id as entry, rule, cause,
       order_id as "order", amount, balance, in_span
from span order by span.at, span.id, span.no
)sql";

/// $1: the account; $2: an instant as unix milliseconds.
constexpr const char* sum_before_sql = R"sql(
select coalesce(sum(posting.amount), 0)::bigint as amount
from tael.postings posting join tael.entries entry on entry.shard = posting.shard and entry.id = posting.entry
where posting.account = $1 and entry.at < to_timestamp($2::bigint / 1000.0)
)sql";

constexpr std::int64_t beginning_of_time_ms = 0;
constexpr std::int64_t end_of_time_ms = 253'402'300'799'000;  ///< 9999-12-31.

std::int64_t number(const json::value& row, const char* name) { return row.at(name).to_number<std::int64_t>(); }
std::string text(const json::value& row, const char* name) { return std::string{row.at(name).as_string()}; }

std::vector<AccountLine> read_accounts(postgres::Snapshot& snapshot, const std::string& id, const std::string& kind) {
  postgres::Parameters parameters;
  parameters.add(std::string_view{id}).add(std::string_view{kind});
  std::vector<AccountLine> lines;
  const auto rows = json::parse(snapshot.rows(accounts_sql, parameters));
  for (const auto& row : rows.as_array())
    lines.push_back({.id = text(row, "id"),
                     .kind = text(row, "kind"),
                     .currency = text(row, "currency"),
                     .balance = number(row, "balance"),
                     .on_their_way = number(row, "on_their_way"),
                     .entries = number(row, "entries"),
                     .postings = number(row, "postings")});
  return lines;
}

json::object to_json(const AccountLine& line) {
  return {{"id", line.id},
          {"kind", line.kind},
          {"currency", line.currency},
          {"balance", line.balance},
          {"on_their_way", line.on_their_way},
          {"entries", line.entries},
          {"postings", line.postings}};
}

}  // namespace

std::vector<AccountLine> account_lines(postgres::Snapshot& snapshot, const std::string& kind) {
  return read_accounts(snapshot, {}, kind);
}

std::optional<AccountLine> account_line(postgres::Snapshot& snapshot, const std::string& id) {
  auto lines = read_accounts(snapshot, id, {});
  if (lines.empty()) return std::nullopt;
  return std::move(lines.front());
}

std::optional<Statement> account_statement(postgres::Snapshot& snapshot, const std::string& id,
                                           const StatementSpan& span) {
  auto account = account_line(snapshot, id);
  if (!account) return std::nullopt;
  const std::int64_t from = span.from ? span.from->time_since_epoch().count() : beginning_of_time_ms;
  const std::int64_t to = span.to ? span.to->time_since_epoch().count() : end_of_time_ms;
  postgres::Parameters parameters;
  parameters.add(std::string_view{id}).add(from).add(to).add(span.most);
  Statement made;
  made.account = std::move(*account);
  const auto rows = json::parse(snapshot.rows(statement_sql, parameters));
  for (const auto& row : rows.as_array()) {
    made.lines.push_back({.at = text(row, "at"),
                          .entry = text(row, "entry"),
                          .rule = text(row, "rule"),
                          .cause = text(row, "cause"),
                          .order = text(row, "order"),
                          .amount = number(row, "amount"),
                          .balance = number(row, "balance")});
    made.left_out = number(row, "in_span") - static_cast<std::int64_t>(made.lines.size());
  }
  if (!made.lines.empty()) {
    made.opening = made.lines.front().balance - made.lines.front().amount;
    made.closing = made.lines.back().balance;
  } else {
    postgres::Parameters until;
    until.add(std::string_view{id}).add(from);
    made.opening = made.closing = number(json::parse(snapshot.rows(sum_before_sql, until)).at(0), "amount");
  }
  return made;
}

void print_text(const std::vector<AccountLine>& lines, std::ostream& out) {
  std::size_t width = 8;
  for (const auto& line : lines) width = std::max(width, line.id.size());
  const auto column = static_cast<int>(width) + 2;
  out << std::left << std::setw(column) << "account"
      << "cur" << std::right << std::setw(19) << "balance" << std::setw(16) << "on their way" << std::setw(19)
      << "sum of entries" << std::setw(10) << "postings"
      << "\n";
  for (const auto& line : lines)
    out << std::left << std::setw(column) << line.id << line.currency << std::right << std::setw(19) << line.balance
        << std::setw(16) << line.on_their_way << std::setw(19) << line.entries << std::setw(10) << line.postings
        << "\n";
  if (lines.empty()) out << "no account has a posting yet\n";
}

void print_json(const std::vector<AccountLine>& lines, std::ostream& out) {
  json::array all;
  for (const auto& line : lines) all.push_back(to_json(line));
  out << json::object{{"accounts", std::move(all)}} << "\n";
}

void print_text(const Statement& statement, std::ostream& out) {
  const auto& account = statement.account;
  out << account.id << "  " << account.currency << ", debit is positive\n";
  if (statement.left_out > 0) out << statement.left_out << " older lines left out, see --most\n";
  const auto edge = [&](const char* name, std::int64_t balance) {
    out << std::left << std::setw(26) << name << std::right << std::setw(38) << balance << "\n";
  };
  edge("opening", statement.opening);
  for (const auto& line : statement.lines)
    out << std::left << std::setw(26) << line.at << std::right << std::setw(19) << line.amount << std::setw(19)
        << line.balance << "  " << line.rule << "  " << line.order << "  " << line.cause << "\n";
  edge("closing", statement.closing);
}

void print_json(const Statement& statement, std::ostream& out) {
  json::array lines;
  for (const auto& line : statement.lines)
    lines.push_back(json::object{{"at", line.at},
                                 {"entry", line.entry},
                                 {"rule", line.rule},
                                 {"cause", line.cause},
                                 {"order", line.order},
                                 {"amount", line.amount},
                                 {"balance", line.balance}});
  out << json::object{{"account", to_json(statement.account)},
                      {"opening", statement.opening},
                      {"closing", statement.closing},
                      {"left_out", statement.left_out},
                      {"lines", std::move(lines)}}
      << "\n";
}

}  // namespace tael
