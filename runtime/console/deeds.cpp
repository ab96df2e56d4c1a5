#include "runtime/console/deeds.hpp"

namespace tael::console {
namespace {

JournalRow row_of(const Deed& deed, std::int64_t version, std::string kind, TimePoint at) {
  JournalRow row;
  row.shard = deeds_shard();
  row.entity = "operator:" + deed.id;
  row.version = version;
  row.kind = std::move(kind);
  row.cause = "operator/" + deed.actor;
  row.at = at;
  return row;
}

}  // namespace

Shard deeds_shard() { return shard_for("operator", "console"); }

JournalRow asked_row(const Deed& deed, TimePoint at) {
  auto row = row_of(deed, 1, "operator_asked", at);
  row.body = {{"actor", deed.actor}, {"action", deed.action}, {"target", deed.target}, {"reason", deed.reason}};
  return row;
}

JournalRow answered_row(const Deed& deed, const std::string& outcome, TimePoint at) {
  auto row = row_of(deed, 2, "operator_answered", at);
  row.body = {{"outcome", outcome}};
  return row;
}

}  // namespace tael::console
