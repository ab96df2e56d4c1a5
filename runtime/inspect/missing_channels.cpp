#include "runtime/inspect/missing_channels.hpp"

#include "adapters/postgres/snapshot.hpp"

#include <boost/json.hpp>

namespace tael {
namespace {

constexpr const char* under_way_sql = R"(
  select split_part(path, '/', 1) as channel, count(*) as under_way, min(order_id) as example
  from (select path, order_id from tael.attempts where state in ('sent', 'pending', 'in_doubt')
        union all
        select path, order_id from tael.refunds where state in ('requested', 'sent', 'in_doubt')) open_ones
  group by 1 order by 1)";

}  // namespace

std::vector<MissingChannel> missing_channels(const std::string& url, const std::set<std::string>& configured) {
  std::vector<MissingChannel> missing;
  postgres::Snapshot snapshot{url};
  const auto rows = boost::json::parse(snapshot.rows(under_way_sql));
  for (const auto& row : rows.as_array()) {
    const std::string channel{row.at("channel").as_string()};
    if (configured.contains(channel)) continue;
    missing.push_back(
        {channel, row.at("under_way").to_number<std::int64_t>(), std::string{row.at("example").as_string()}});
  }
  return missing;
}

std::string to_text(const std::vector<MissingChannel>& missing) {
  std::string text;
  for (const auto& one : missing) {
    if (!text.empty()) text += "\n";
    text += "channel '" + one.channel + "' is not configured, but " + std::to_string(one.under_way) +
            " attempts and refunds of it have no end yet (order " + one.example + " for one): put its file back into " +
            "channels/, with its paths switched off if it shall take no new payments";
  }
  return text;
}

}  // namespace tael
