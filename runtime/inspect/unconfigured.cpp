#include "runtime/inspect/unconfigured.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace tael {
namespace {

namespace json = boost::json;

constexpr const char* open_by_path_sql = R"(
  select path, count(*) filter (where what = 'attempt') as attempts, count(*) filter (where what = 'refund') as refunds,
         min(order_id) as example,
         exists (select from tael.breakers b where b.op = 'pay' and b.static_switch = 'off'
                   and starts_with(open_ones.path || '/', b.path || '/')) as is_off
  from (select 'attempt' as what, path, order_id from tael.attempts where state in ('sent', 'pending', 'in_doubt')
        union all
        select 'refund', path, order_id from tael.refunds where state in ('requested', 'sent', 'in_doubt')) open_ones
  group by path order by path)";

constexpr const char* open_by_business_sql = R"(
  select business, count(*) filter (where what = 'order') as orders, count(*) filter (where what = 'refund') as refunds,
         count(*) filter (where what = 'notice') as notices, min(order_id) as example
  from (select 'order' as what, business, id as order_id from tael.orders where state in ('created', 'paying', 'closing')
        union all
        select 'refund', business, order_id from tael.refunds where state in ('requested', 'sent', 'in_doubt')
        union all
        select 'notice', business, order_id from tael.notices where state = 'due') open_ones
  group by business order by business)";

constexpr const char* balances_by_kind_sql = R"(
  select kind, count(*) as accounts, min(id) as example from tael.accounts where balance <> 0 group by kind order by kind)";

std::int64_t count_in(const json::value& row, const char* name) { return row.at(name).to_number<std::int64_t>(); }
std::string text_in(const json::value& row, const char* name) { return std::string{row.at(name).as_string()}; }

std::string many(std::int64_t count, const std::string& one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

/// `2 attempts and 1 refund`, without what there is none of.
std::string sum_of(std::initializer_list<std::pair<std::int64_t, const char*>> parts) {
  std::vector<std::string> words;
  for (const auto& [count, one] : parts)
    if (count > 0) words.push_back(many(count, one));
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

void look_at_paths(postgres::Snapshot& snapshot, const config::Config& config, Unconfigured& found) {
  std::set<std::string> offered;
  for (const auto& [code, business] : config.businesses) offered.insert(business.paths.begin(), business.paths.end());
  std::map<std::string, RetiredPath> of_missing_channels;
  const auto rows = json::parse(snapshot.rows(open_by_path_sql));
  for (const auto& row : rows.as_array()) {
    RetiredPath open{
        text_in(row, "path"),      count_in(row, "attempts"), count_in(row, "refunds"), text_in(row, "example"), false,
        row.at("is_off").as_bool()};
    const auto code = open.path.substr(0, open.path.find('/'));
    const auto channel = config.channels.find(code);
    if (channel == config.channels.end()) {
      auto& all = of_missing_channels.try_emplace(code, RetiredPath{code, 0, 0, open.example}).first->second;
      all.attempts += open.attempts;
      all.refunds += open.refunds;
      continue;
    }
    const auto paths = channel->second.paths();
    open.is_configured = std::ranges::find(paths, open.path) != paths.end();
    if (!open.is_configured || !offered.contains(open.path)) found.retired.push_back(std::move(open));
  }
  for (const auto& [code, open] : of_missing_channels)
    found.refusals.push_back({"channels/" + code + ".yaml", 1,
                              "channel '" + code + "' is not configured, but " +
                                  sum_of({{open.attempts, "attempt"}, {open.refunds, "refund"}}) +
                                  " of it have no end yet (order " + open.example +
                                  " for one): put its file back, with its paths switched off if it shall take no new "
                                  "payments"});
}

void look_at_businesses(postgres::Snapshot& snapshot, const config::Config& config, Unconfigured& found) {
  const auto rows = json::parse(snapshot.rows(open_by_business_sql));
  for (const auto& row : rows.as_array()) {
    const auto code = text_in(row, "business");
    if (config.businesses.contains(code)) continue;
    found.refusals.push_back(
        {"businesses/" + code + ".yaml", 1,
         "business '" + code + "' is not configured, but " +
             sum_of({{count_in(row, "orders"), "order"},
                     {count_in(row, "refunds"), "refund"},
                     {count_in(row, "notices"), "notice"}}) +
             " of it have no end yet (order " + text_in(row, "example") +
             " for one), and nobody could sign what it must be told: put its file back until they have ended"});
  }
}

void look_at_accounts(postgres::Snapshot& snapshot, const config::Config& config, Unconfigured& found) {
  const auto rows = json::parse(snapshot.rows(balances_by_kind_sql));
  for (const auto& row : rows.as_array()) {
    const auto kind = text_in(row, "kind");
    if (std::ranges::find(config.accounts.accounts, kind, &AccountKind::kind) != config.accounts.accounts.end())
      continue;
    found.refusals.push_back(
        {"accounts.yaml", 1,
         "account kind '" + kind + "' is not configured, but " + many(count_in(row, "accounts"), "account") +
             " of it hold money (" + text_in(row, "example") +
             " for one), and what was booked there would be given back from elsewhere: put it back"});
  }
}

}  // namespace

Unconfigured unconfigured_in(postgres::Snapshot& snapshot, const config::Config& config) {
  Unconfigured found;
  look_at_paths(snapshot, config, found);
  look_at_businesses(snapshot, config, found);
  look_at_accounts(snapshot, config, found);
  return found;
}

std::string to_text(const RetiredPath& path) {
  return path.path + (path.is_configured ? " is offered by no business: " : " is retired: ") +
         sum_of({{path.attempts, "attempt"}, {path.refunds, "refund"}}) + " open there (order " + path.example +
         " for one)" +
         (path.is_off ? "; it is switched off, so nobody asks about them until it is switched on"
                      : "; they are asked about, closed and refunded, and nothing new is paid there");
}

}  // namespace tael
