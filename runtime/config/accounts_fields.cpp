#include "runtime/config/accounts.hpp"
#include "runtime/config/nearest.hpp"
#include "runtime/config/table.hpp"

#include <algorithm>

namespace tael::config {
namespace {

/// A line of a rule as the file spells it: exactly one of `debit` and `credit`.
struct LineText {
  std::string debit, credit;
  Share share = Share::amount;
};

// clang-format off
const Table<AccountKind>& kind_table() {
  static const Table<AccountKind> table{{
    required("class", &AccountKind::account_class, one_of<AccountClass>({{"asset", AccountClass::asset}, {"liability", AccountClass::liability}, {"income", AccountClass::income}, {"expense", AccountClass::expense}}),
                                                   "which side it grows on: assets and expenses by debits, the others by credits"),
    field("per",      &AccountKind::per,           one_of<AccountOwner>({{"none", AccountOwner::none}, {"channel", AccountOwner::channel}, {"business", AccountOwner::business}}),
                                                   "one account for all, or one for each channel or business; each currency has its own in any case"),
    field("heat",     &AccountKind::heat,          one_of<AccountHeat>({{"normal", AccountHeat::normal}, {"internal", AccountHeat::internal}, {"platform", AccountHeat::platform}}),
                                                   "internal: no running balance, the general ledger derives it; platform: booked in batches"),
  }};
  return table;
}

const Table<LineText>& line_table() {
  static const Table<LineText> table{{
    field("debit",    &LineText::debit,  code(), "kind of the account that is debited; this or `credit`"),
    field("credit",   &LineText::credit, code(), "kind of the account that is credited; this or `debit`"),
    required("share", &LineText::share,  one_of<Share>({{"amount", Share::amount}, {"net", Share::net}, {"fee", Share::fee}}),
                                                 "amount: all the money the entry is about; fee: our fee on it; net: amount less fee"),
  }, [](Reader& reader, const Yaml& yaml, LineText& line) {
    if (line.debit.empty() == line.credit.empty()) reader.error(yaml.line, "a line has either 'debit' or 'credit'");
  }};
  return table;
}
// clang-format on

/// Sum of a rule's lines as so many times net and so many times fee; amount is one of each.
struct Sum {
  int net = 0, fee = 0;
};

Sum sum_of(const std::vector<PostingLine>& lines) {
  Sum sum;
  for (const auto& line : lines) {
    const int sign = line.debit ? 1 : -1;
    if (line.share != Share::fee) sum.net += sign;
    if (line.share != Share::net) sum.fee += sign;
  }
  return sum;
}

void read_kinds(Reader& reader, const Yaml& yaml, std::vector<AccountKind>& out) {
  std::map<std::string, AccountKind> kinds;
  map_of("KIND", kind_table()).read(reader, yaml, kinds);
  for (const auto& child : yaml.children) {
    auto& kind = kinds[child.key];
    kind.kind = child.key;
    out.push_back(kind);
  }
}

void read_rule(Reader& reader, const Yaml& yaml, const std::vector<std::string>& kinds, std::vector<PostingLine>& out) {
  if (yaml.kind != Yaml::Kind::list || yaml.children.size() < 2 || yaml.children.size() > 20)
    return reader.wrong(yaml, "a list of 2 to 20 lines");
  const auto before = reader.errors_so_far();
  for (const auto& child : yaml.children) {
    const auto before_line = reader.errors_so_far();
    LineText text;
    line_table().read(reader, child, text);
    if (reader.errors_so_far() != before_line) continue;
    const bool debit = !text.debit.empty();
    const auto& kind = debit ? text.debit : text.credit;
    if (std::ranges::find(kinds, kind) == kinds.end())
      reader.error(child.find(debit ? "debit" : "credit")->line,
                   "unknown account '" + kind + "'" + suggestion(kind, kinds));
    // An account's actor tells what it has applied by the entry alone.
    if (std::ranges::find(out, kind, &PostingLine::kind) != out.end())
      reader.error(child.find(debit ? "debit" : "credit")->line,
                   "rule '" + yaml.key + "' has two lines for '" + kind + "': write one with their sum");
    out.push_back({debit, kind, text.share});
  }
  const auto sum = sum_of(out);
  if (reader.errors_so_far() == before && (sum.net != 0 || sum.fee != 0))
    reader.error(yaml.key_line, "rule '" + yaml.key +
                                    "' does not balance: debits and credits must be the same, as amount = net + fee");
}

const std::vector<std::string> file_keys{"accounts", "rules"};

}  // namespace

const std::vector<std::string>& rule_names() {
  static const std::vector<std::string> names{"payment", "refund", "surplus_received", "surplus_refunded"};
  return names;
}

void read_accounts(Reader& reader, const Yaml& yaml, ChartOfAccounts& out) {
  if (!check_keys(reader, yaml, file_keys)) return;
  const auto* accounts = yaml.find("accounts");
  if (accounts == nullptr) return reader.error(yaml.line, "key 'accounts' is missing: the kinds of accounts there are");
  read_kinds(reader, *accounts, out.accounts);
  std::vector<std::string> kinds;
  for (const auto& kind : out.accounts) kinds.push_back(kind.kind);

  const auto* rules = yaml.find("rules");
  if (rules == nullptr)
    return reader.error(yaml.line, "key 'rules' is missing: which accounts each kind of entry moves");
  if (!check_keys(reader, *rules, rule_names())) return;
  for (const auto& name : rule_names()) {
    const auto* rule = rules->find(name);
    if (rule == nullptr) {
      reader.error(rules->line, "rule '" + name + "' is missing");
    } else {
      read_rule(reader, *rule, kinds, out.rules[name]);
    }
  }
}

std::vector<Row> account_rows() {
  const auto kinds = map_of("KIND", kind_table());
  std::vector<Row> rows{
      {"accounts", true, kinds.words, {}, "the kinds of accounts there are", {}, kinds.each, kinds.rows}};
  // clang-format off
  const std::vector<std::pair<std::string, std::string>> rules{
    {"payment",          "a business's order is paid"},
    {"refund",           "a business's refund went back"},
    {"surplus_received", "money arrived that no order can use: twice, too late, or a wrong amount"},
    {"surplus_refunded", "such money went back"},
  };
  // clang-format on
  Row all{"rules", true, "map", {}, "which accounts each kind of entry moves; debits and credits balance for any fee",
          {},      {},   {}};
  for (const auto& [name, meaning] : rules)
    all.rows.push_back({name, true, "list of lines", {}, meaning, {}, "[]", line_table().rows()});
  rows.push_back(all);
  return rows;
}

void show_accounts(const ChartOfAccounts& chart, Settings& out) {
  for (const auto& kind : chart.accounts) kind_table().show(kind, "accounts." + kind.kind + ".", out);
  for (const auto& [name, lines] : chart.rules) {
    int no = 0;
    for (const auto& line : lines) {
      const LineText text{line.debit ? line.kind : "", line.debit ? "" : line.kind, line.share};
      line_table().show(text, "rules." + name + "[" + std::to_string(++no) + "].", out);
    }
  }
}

}  // namespace tael::config
