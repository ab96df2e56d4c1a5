#include "runtime/node/configuration_alert.hpp"

#include "actors/domain/assert.hpp"
#include "actors/domain/ids.hpp"

namespace tael {
namespace {

constexpr const char* refused_rule = "configuration_refused";

Commit commit_about(const std::string& node) {
  Commit commit;
  commit.shard = shard_for("configuration", node);
  return commit;
}

std::string ref_of(const std::string& node) { return "node " + node; }

}  // namespace

Commit configuration_refused(const std::string& node, const std::vector<config::Error>& refusals, TimePoint now) {
  TAEL_ASSERT(!refusals.empty(), "whoever stays up knows why");
  auto commit = commit_about(node);
  auto& alert = commit.alerts.emplace_back();
  alert.shard = commit.shard;
  alert.kind = refused_rule;
  alert.ref = ref_of(node);
  alert.severity = Severity::warning;
  alert.message = "The node was to start anew and stays up with what it has: " + to_text(refusals.front()) +
                  (refusals.size() > 1 ? " (and " + std::to_string(refusals.size() - 1) + " more)" : "");
  alert.at = now;
  return commit;
}

Commit configuration_taken(const std::string& node, TimePoint now) {
  auto commit = commit_about(node);
  commit.alerts_resolved.push_back(
      {commit.shard, refused_rule, ref_of(node), "The node has started with a good one.", now});
  return commit;
}

}  // namespace tael
