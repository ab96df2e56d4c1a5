#include "runtime/ledger/ledger_check.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace tael {
namespace {

namespace json = boost::json;

/// Violating rows that are shown; the count is of all.
constexpr int rows_shown = 5;

/// `order_id=... paid_amount=2500`
std::string one_line(const json::object& row) {
  std::string line;
  for (const auto& [name, value] : row) {
    if (!line.empty()) line += "  ";
    line += std::string{name} + "=";
    line += value.is_string() ? std::string{value.get_string()} : json::serialize(value);
  }
  return line;
}

}  // namespace

boost::json::object to_json(const ChannelMoney& money) {
  return {{"channel", money.channel}, {"currency", money.currency}, {"received", money.received},
          {"booked", money.booked},   {"refunded", money.refunded}, {"suspense", money.suspense},
          {"holds", money.holds}};
}

bool LedgerReport::holds() const { return std::ranges::all_of(verdicts, &Verdict::holds); }

LedgerReport check_ledger(postgres::Snapshot& snapshot, const std::vector<std::string>& kinds_with_balance) {
  std::string kinds;
  for (const auto& kind : kinds_with_balance) kinds += (kinds.empty() ? "" : ",") + kind;
  snapshot.set("tael.kinds_with_balance", kinds);
  LedgerReport report;
  for (const auto& invariant : invariants()) {
    auto sample = snapshot.sample(invariant.sql, rows_shown);
    report.verdicts.push_back({invariant, sample.count, std::move(sample.first)});
  }
  report.conservation = conservation(snapshot);
  return report;
}

std::vector<ChannelMoney> conservation(postgres::Snapshot& snapshot) {
  std::vector<ChannelMoney> all;
  const auto rows = json::parse(snapshot.rows(channel_money_sql()));
  for (const auto& row : rows.as_array()) {
    const auto amount = [&](const char* name) { return row.at(name).to_number<std::int64_t>(); };
    all.push_back({.channel = std::string{row.at("channel").as_string()},
                   .currency = std::string{row.at("currency").as_string()},
                   .received = amount("received"),
                   .booked = amount("booked"),
                   .refunded = amount("refunded"),
                   .suspense = amount("suspense"),
                   .holds = row.at("holds").as_bool()});
  }
  return all;
}

void print_text(const LedgerReport& report, std::ostream& out) {
  for (const auto& verdict : report.verdicts) {
    const auto word = verdict.holds() ? "ok" : std::to_string(verdict.violations) + " violations";
    out << std::setw(2) << verdict.invariant.no << "  " << std::left << std::setw(36) << verdict.invariant.name
        << std::setw(4) << word << "  " << std::right << verdict.invariant.sentence << "\n";
    if (verdict.holds()) continue;
    const auto rows = json::parse(verdict.first);
    for (const auto& row : rows.as_array()) out << "      " << one_line(row.as_object()) << "\n";
    if (verdict.violations > rows_shown) out << "      and " << verdict.violations - rows_shown << " more\n";
  }
  if (!report.conservation.empty())
    out << "\nchannel     cur         received           booked         refunded         suspense\n";
  for (const auto& money : report.conservation)
    out << std::left << std::setw(12) << money.channel << money.currency << std::right << std::setw(17)
        << money.received << std::setw(17) << money.booked << std::setw(17) << money.refunded << std::setw(17)
        << money.suspense << (money.holds ? "" : "   does not add up") << "\n";
  const auto broken = std::ranges::count_if(report.verdicts, [](const Verdict& v) { return !v.holds(); });
  out << "\n"
      << report.verdicts.size() << " invariants, "
      << (broken == 0 ? "all of them hold" : std::to_string(broken) + " violated") << "\n";
}

void print_json(const LedgerReport& report, std::ostream& out) {
  json::array verdicts, money;
  for (const auto& verdict : report.verdicts)
    verdicts.push_back(json::object{{"invariant", verdict.invariant.no},
                                    {"name", verdict.invariant.name},
                                    {"sentence", verdict.invariant.sentence},
                                    {"ok", verdict.holds()},
                                    {"violations", verdict.violations},
                                    {"first", json::parse(verdict.first)}});
  for (const auto& channel : report.conservation) money.push_back(to_json(channel));
  out << json::object{{"ok", report.holds()}, {"invariants", verdicts}, {"conservation", money}} << "\n";
}

}  // namespace tael
