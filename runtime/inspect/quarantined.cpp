#include "runtime/inspect/quarantined.hpp"

#include "actors/domain/quarantined.hpp"
#include "adapters/postgres/snapshot.hpp"

#include <boost/json.hpp>

namespace tael {

std::vector<std::string> quarantined_messages(const std::string& store_url) {
  std::vector<std::string> held;
  postgres::Snapshot snapshot{store_url};
  const auto rows = boost::json::parse(
      snapshot.rows("select a.ref from tael.quarantine q join tael.alerts a on a.ref = q.channel || ' ' || q.message "
                    "where a.kind = $1 and a.resolved_at is null order by a.ref",
                    postgres::Parameters{}.add(quarantined_kind)));
  for (const auto& row : rows.as_array()) held.emplace_back(row.at("ref").as_string());
  return held;
}

}  // namespace tael
