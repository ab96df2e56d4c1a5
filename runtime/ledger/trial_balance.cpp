#include "runtime/ledger/trial_balance.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace tael {
namespace {

namespace json = boost::json;

constexpr const char* lines_sql = R"sql(
select split_part(account, ':', 1) as kind, currency, count(distinct account) as accounts,
       coalesce(sum(amount) filter (where amount > 0), 0) as debit,
       coalesce(-sum(amount) filter (where amount < 0), 0) as credit
from tael.postings group by 1, 2 order by 2, 1
)sql";

json::array to_json(const std::vector<TrialBalanceLine>& lines) {
  json::array all;
  for (const auto& line : lines)
    all.push_back(json::object{{"kind", line.kind},
                               {"currency", line.currency},
                               {"accounts", line.accounts},
                               {"debit", line.debit},
                               {"credit", line.credit},
                               {"balance", line.balance()}});
  return all;
}

void print_line(const TrialBalanceLine& line, std::ostream& out) {
  out << std::left << std::setw(24) << line.kind << line.currency << std::right << std::setw(9) << line.accounts
      << std::setw(19) << line.debit << std::setw(19) << line.credit << std::setw(19) << line.balance() << "\n";
}

}  // namespace

bool TrialBalance::is_zero() const {
  return std::ranges::all_of(totals, [](const TrialBalanceLine& total) { return total.balance() == 0; });
}

TrialBalance trial_balance(postgres::Snapshot& snapshot) {
  TrialBalance made;
  const auto rows = json::parse(snapshot.rows(lines_sql));
  for (const auto& row : rows.as_array()) {
    const auto number = [&](const char* name) { return row.at(name).to_number<std::int64_t>(); };
    const TrialBalanceLine line{.kind = std::string{row.at("kind").as_string()},
                                .currency = std::string{row.at("currency").as_string()},
                                .accounts = number("accounts"),
                                .debit = number("debit"),
                                .credit = number("credit")};
    if (made.totals.empty() || made.totals.back().currency != line.currency)
      made.totals.push_back({.kind = "total", .currency = line.currency});
    auto& total = made.totals.back();
    total.accounts += line.accounts;
    total.debit += line.debit;
    total.credit += line.credit;
    made.lines.push_back(line);
  }
  return made;
}

void print_text(const TrialBalance& balance, std::ostream& out) {
  out << "kind                    cur accounts              debit             credit            balance\n";
  for (const auto& total : balance.totals) {
    for (const auto& line : balance.lines)
      if (line.currency == total.currency) print_line(line, out);
    print_line(total, out);
  }
  out << "\n" << (balance.is_zero() ? "debits and credits are equal" : "debits and credits differ") << "\n";
}

void print_json(const TrialBalance& balance, std::ostream& out) {
  out << json::object{{"ok", balance.is_zero()},
                      {"accounts", to_json(balance.lines)},
                      {"totals", to_json(balance.totals)}}
      << "\n";
}

}  // namespace tael
