#include "runtime/node/standing.hpp"

#include "runtime/node/cluster_keeper.hpp"

#include <utility>

namespace tael {
namespace {

/// A fail-over is no news.
constexpr Duration outage_told_after = 10s;

}  // namespace

Standing::Standing(const Clock& clock, Log& log, Meter& meter, std::string node, std::function<void()> on_cannot_go_on)
    : clock_(clock), log_(log), meter_(meter), node_(std::move(node)), on_cannot_go_on_(std::move(on_cannot_go_on)) {
  meter_.set("store_up", {}, 1);
}

// Nobody gives shards back. Whoever started us starts us anew, if there is to be a node here.
void Standing::hear_fence(const std::string& owner) {
  log_.line(Level::error, "node_fenced", {{"owner", owner}});
  cannot_go_on(FatalReason::fenced,
               "node '" + owner + "' has taken this store's shards: this node can never write again, and ends");
}

void Standing::cannot_go_on(FatalReason reason, const std::string& why) {
  {
    const std::lock_guard lock{mutex_};
    if (end_) return;
    end_.emplace(reason, why);
  }
  if (on_cannot_go_on_) on_cannot_go_on_();
}

void Standing::hear_outage(const postgres::StoreOutage& outage) {
  meter_.set("store_up", {}, outage.over ? 1 : 0);
  if (!outage.over) meter_.count("store_outages_total", {{"outcome", outage.kind}});
  {
    const std::lock_guard lock{mutex_};
    out_ = outage.over ? std::string{} : outage.why;
  }
  const bool was_a_moment = outage.kind == "unreachable" && outage.lasted < outage_told_after;
  if (!outage.over || was_a_moment) return;
  raise("store_out", Severity::critical,
        "Nothing could be written for " + to_text(outage.lasted) + ", and " + std::to_string(outage.refused) +
            " steps were refused: " + outage.why + ". It can be written again; what was acknowledged is there.");
}

void Standing::hear_revived(int restarts) {
  raise("postgres_restarted", Severity::warning,
        "The private PostgreSQL ended and was started again, " + std::to_string(restarts) + " of " +
            std::to_string(postgres_restart.restarts_max) + " times within " + to_text(postgres_restart.within) +
            "; its log says why. Nothing acknowledged was lost.");
}

void Standing::tell(StoreRef store) {
  const std::lock_guard lock{mutex_};
  store_ = std::move(store);
}

void Standing::raise(const std::string& kind, Severity severity, std::string message) {
  Commit commit;
  commit.alerts.push_back({.shard = 0,
                           .kind = kind,
                           .ref = node_,
                           .severity = severity,
                           .message = std::move(message),
                           .context = {},
                           .at = clock_.now()});
  const std::lock_guard lock{mutex_};
  if (store_) caf::anon_send(store_, Remember{std::move(commit)});
}

std::optional<Fatal> Standing::why_it_cannot_go_on() const {
  const std::lock_guard lock{mutex_};
  return end_;
}

Readiness Standing::readiness(bool store_is_up) const {
  const std::lock_guard lock{mutex_};
  const bool ours = !end_ || end_->reason() != FatalReason::fenced;
  Readiness readiness{.ready = store_is_up && !end_, .parts = {{"store", store_is_up}, {"shards", ours}}, .why = {}};
  if (end_)
    readiness.why = end_->what();
  else if (!store_is_up)
    readiness.why = out_.empty() ? "the store is away" : out_;
  return readiness;
}

}  // namespace tael
