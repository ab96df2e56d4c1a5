#include "actors/channel_supervisor.hpp"

namespace tael {
namespace {

constexpr Duration store_deadline = 10s;
constexpr Duration store_retry = 1s;

}  // namespace

ChannelSupervisor::ChannelSupervisor(caf::actor_config& config, ChannelPolicy policy, MakeChannel make,
                                     SupervisorPeers peers)
    : ChannelRef::base(config),
      policy_(std::move(policy)),
      make_(std::move(make)),
      peers_(std::move(peers)),
      start_(peers_.timers),
      again_(peers_.timers) {}

auto ChannelSupervisor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  set_down_handler([this](const caf::down_msg& down) { hear_down(down); });
  // A former life may have closed the channel; this one starts it, so its paths may be probed.
  tell_breakers(StaticSwitch::on, std::nullopt, "the channel was started");
  start();
  return {
      [this](const CallChannel& asked) { return forward(asked); },
      [this](const ReadCallback& heard) { return forward(heard); },
      [](const kit::Run& run) { run.what(); },
  };
}

void ChannelSupervisor::on_exit() {
  if (channel_) send_exit(channel_, caf::exit_reason::user_shutdown);
  channel_ = nullptr;
}

caf::result<ChannelAnswered> ChannelSupervisor::forward(const CallChannel& asked) {
  if (channel_) return delegate(channel_, asked);
  const auto now = peers_.clock.now();
  return ChannelAnswered{
      answer_ourselves(Ending::not_sent, parked_ ? "parked" : "restarting", policy_.channel, asked.request, now, now)};
}

caf::result<CallbackRead> ChannelSupervisor::forward(const ReadCallback& heard) {
  if (channel_) return delegate(channel_, heard);
  return caf::make_error(caf::sec::request_receiver_down, policy_.channel + " is down; the institution will repeat");
}

void ChannelSupervisor::start() {
  parked_ = false;
  on_start(budget_, peers_.clock.now());
  channel_ = spawn<ChannelActor>(policy_, make_, peers_.timers, peers_.clock);
  monitor(channel_);
}

void ChannelSupervisor::hear_down(const caf::down_msg& down) {
  if (!channel_ || channel_.address() != down.source) return;
  channel_ = nullptr;
  const auto reason = system().render(down.reason);
  const auto decision = on_crash(budget_, policy_.restart, peers_.clock.now(), peers_.dice.roll());
  peers_.log.line(Level::error, decision.park ? "channel_parked" : "channel_crashed",
                  {{"channel", policy_.channel}, {"reason", reason}, {"wait_ms", decision.wait.count()}});
  if (decision.park) park(decision.wait, reason);
  start_.set(this, decision.wait, "start channel", [this] { start(); });
}

void ChannelSupervisor::park(Duration wait, const std::string& reason) {
  parked_ = true;
  const auto now = peers_.clock.now();
  tell_breakers(StaticSwitch::forced_open, now + wait, reason);
  Alert raised;
  raised.shard = shard_for("channel", policy_.channel);
  raised.kind = "channel_closed";
  raised.ref = policy_.channel;
  raised.severity = Severity::critical;
  raised.message = "The adapter of " + policy_.channel + " keeps crashing (" + reason +
                   "): the channel is closed until " + to_rfc3339(now + wait) +
                   ", then it is tried once; `restart` in its file sets the budget.";
  raised.context.institution = policy_.institution;
  raised.at = now;
  unstored_ = std::move(raised);
  alert();
}

/// A store that is away hears of it later; one that refuses it has been told all it will take.
void ChannelSupervisor::alert() {
  if (!unstored_ || again_.is_set()) return;
  Commit commit;
  commit.shard = unstored_->shard;
  commit.alerts.push_back(*unstored_);
  const auto later = [this] { again_.set(this, store_retry, "alert retry", [this] { alert(); }); };
  kit::ask<Remembered>(
      this, peers_.timers, store_deadline, peers_.store, Remember{std::move(commit)},
      [this, later](const Remembered& answer) {
        if (answer.result.outcome == CommitOutcome::unavailable) return later();
        if (answer.result.outcome != CommitOutcome::committed)
          peers_.log.line(Level::error, "alert_refused",
                          {{"channel", policy_.channel}, {"error", answer.result.error}});
        unstored_.reset();
      },
      [later](const caf::error&) { later(); });
}

void ChannelSupervisor::tell_breakers(StaticSwitch to, std::optional<TimePoint> until, std::string reason) {
  caf::anon_send(peers_.breakers,
                 SwitchChannel{policy_.channel, {to, until, std::string{supervisor_actor}, std::move(reason)}});
}

}  // namespace tael
