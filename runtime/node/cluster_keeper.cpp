#include "runtime/node/cluster_keeper.hpp"

#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <stdexcept>
#include <utility>

namespace tael {
namespace {

constexpr Duration look_every = 200ms;

}  // namespace

ClusterKeeper::ClusterKeeper(KeptCluster cluster, const Clock& clock, Dice& dice, Log& log)
    : cluster_(std::move(cluster)), clock_(clock), dice_(dice), log_(log) {
  on_start(budget_, clock.now());
}

void ClusterKeeper::begin() {
  thread_ = std::jthread{[this](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    while (!stop.stop_requested() && look()) {
      std::unique_lock lock{mutex};
      never.wait_for(lock, stop, look_every, [] { return false; });
    }
  }};
  pthread_setname_np(thread_.native_handle(), "store.cluster");
}

bool ClusterKeeper::look() {
  if (given_up_) return false;
  if (!start_at_) {
    if (cluster_.lives()) return true;
    died("its postmaster has ended");
    return !given_up_;
  }
  if (clock_.now() < *start_at_) return true;
  try {
    cluster_.revive();
  } catch (const std::exception& error) {
    died(error.what());
    return !given_up_;
  }
  start_at_.reset();
  on_start(budget_, clock_.now());
  const auto restarts = static_cast<int>(std::ssize(budget_.crashes));
  log_.line(Level::warning, "postgres_restarted", {{"restarts", std::int64_t{restarts}}});
  cluster_.on_revived(restarts);
  return true;
}

void ClusterKeeper::died(const std::string& why) {
  const auto now = clock_.now();
  const auto decision = on_crash(budget_, postgres_restart, now, dice_.roll());
  log_.line(Level::error, "postgres_died",
            {{"why", why}, {"given_up", decision.park}, {"wait_ms", decision.park ? 0 : decision.wait.count()}});
  start_at_ = now + decision.wait;
  given_up_ = decision.park;
  if (given_up_)
    cluster_.on_given_up("the private PostgreSQL ended more than " + std::to_string(postgres_restart.restarts_max) +
                         " times in " + to_text(postgres_restart.within) + ": " + why);
}

}  // namespace tael
