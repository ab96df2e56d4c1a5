#include "actors/channel_supervisor.hpp"

#include "actors/peers.hpp"

namespace tael {
namespace {

constexpr Duration store_retry = 1s;
constexpr std::string_view closed_kind = "channel_closed";

}  // namespace

ChannelSupervisor::ChannelSupervisor(caf::actor_config& config, ChannelPolicy policy, MakeChannel make,
                                     SupervisorPeers peers)
    : ChannelRef::base(config),
      policy_(std::move(policy)),
      make_(std::move(make)),
      peers_(std::move(peers)),
      start_(peers_.timers),
      again_(peers_.timers),
      steady_(peers_.timers) {}

auto ChannelSupervisor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  set_down_handler([this](const caf::down_msg& down) { hear_down(down); });
  // A former life may have closed the channel; this one starts it, so its paths may be probed.
  tell_breakers(StaticSwitch::on, std::nullopt, "the channel was started");
  reopen("The channel was started anew.");
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
  steady_.clear();
}

caf::result<ChannelAnswered> ChannelSupervisor::forward(const CallChannel& asked) {
  const auto now = peers_.clock.now();
  const auto& request = asked.request;
  // Nobody knows how far its crashes let it come, so it is in doubt, and stays there until a person looks.
  if (is_quarantined(std::string{name_of(request.op)} + " " + request.number))
    return ChannelAnswered{answer_ourselves(Ending::silent, "quarantined", policy_.channel, request, now, now)};
  if (channel_) return delegate(channel_, asked);
  return ChannelAnswered{
      answer_ourselves(Ending::not_sent, parked_ ? "parked" : "restarting", policy_.channel, asked.request, now, now)};
}

caf::result<CallbackRead> ChannelSupervisor::forward(const ReadCallback& heard) {
  if (is_quarantined(callback_name(heard.raw)))
    return caf::make_error(caf::sec::request_receiver_down, policy_.channel + ": this callback is quarantined");
  if (channel_) return delegate(channel_, heard);
  return caf::make_error(caf::sec::request_receiver_down, policy_.channel + " is down; the institution will repeat");
}

void ChannelSupervisor::start() {
  parked_ = false;
  on_start(budget_, peers_.clock.now());
  *at_work_ = {};
  channel_ = spawn<ChannelActor>(policy_, make_, peers_.timers, peers_.clock, at_work_);
  monitor(channel_);
  if (budget_.waits > 0 || budget_.parks > 0)
    peers_.log.line(Level::info, "channel_restarted",
                    {{"channel", policy_.channel},
                     {"institution", policy_.institution},
                     {"restarts", std::int64_t{budget_.waits}},
                     {"parks", std::int64_t{budget_.parks}}});
  if (closed_told_) steady_.set(this, policy_.restart.within, "channel is steady", [this] { stay_up(); });
  if (peers_.board != nullptr)
    peers_.board->started("channels/" + policy_.channel + "/adapter", Lifetime::permanent, peers_.clock.now());
}

bool ChannelSupervisor::is_quarantined(const std::string& message) const {
  return peers_.quarantine->holds(policy_.channel + " " + message);
}

/// Counts a crash against the message that was at work.
void ChannelSupervisor::blame(const std::string& reason) {
  const auto now = peers_.clock.now();
  QuarantinedMessage held;
  held.channel = policy_.channel;
  held.message = at_work_->message;
  if (held.message.empty()) return;
  const auto first_at = peers_.quarantine->blame(ref_of(held), now);
  if (!first_at) return;
  auto commit = raised(std::string{quarantined_kind}, ref_of(held),
                       "The adapter of " + policy_.channel + " died " + std::to_string(crashes_of_one_message_max) +
                           " times of '" + held.message + "' (" + reason +
                           "): it is kept from it from now on. What it is about stays in doubt; resolving this lets it "
                           "through again.");
  held.shard = commit.shard;
  held.order_id = at_work_->order_id;
  const auto& crash = at_work_->crash;
  held.error = crash.error.empty() ? reason : plain_words(crash.error);
  held.error_hash = crash_hash(crash.error_type + ": " + held.error);
  held.crashes = crashes_of_one_message_max;
  held.first_at = *first_at;
  held.last_at = now;
  commit.quarantined.push_back(std::move(held));
  tell(std::move(commit));
}

void ChannelSupervisor::show(Health health, TimePoint next_at, const std::string& reason) {
  if (peers_.board != nullptr)
    peers_.board->fell("channels/" + policy_.channel + "/adapter", health, peers_.clock.now(), next_at, reason);
}

void ChannelSupervisor::hear_down(const caf::down_msg& down) {
  if (!channel_ || channel_.address() != down.source) return;
  channel_ = nullptr;
  steady_.clear();
  const auto reason = plain_words(system().render(down.reason));
  const auto decision = on_crash(budget_, policy_.restart, peers_.clock.now(), peers_.dice.roll());
  peers_.log.line(Level::error, decision.park ? "channel_parked" : "channel_crashed",
                  {{"channel", policy_.channel},
                   {"institution", policy_.institution},
                   {"reason", reason},
                   {"wait_ms", decision.wait.count()}});
  blame(reason);
  if (decision.park) park(decision.wait, reason);
  show(decision.park ? Health::parked : Health::restarting, peers_.clock.now() + decision.wait, reason);
  start_.set(this, decision.wait, "start channel", [this] { start(); });
}

void ChannelSupervisor::park(Duration wait, const std::string& reason) {
  parked_ = true;
  const auto now = peers_.clock.now();
  tell_breakers(StaticSwitch::forced_open, now + wait, reason);
  closed_told_ = true;
  tell(raised(std::string{closed_kind}, policy_.channel,
              "The adapter of " + policy_.channel + " keeps crashing (" + reason + "): the channel is closed until " +
                  to_rfc3339(now + wait) + ", then it is tried once; `restart` in its file sets the budget."));
}

Commit ChannelSupervisor::raised(std::string kind, std::string ref, std::string message) const {
  Commit commit;
  commit.shard = shard_for("channel", policy_.channel);
  Alert& alert = commit.alerts.emplace_back();
  alert.shard = commit.shard;
  alert.kind = std::move(kind);
  alert.ref = std::move(ref);
  alert.severity = Severity::critical;
  alert.message = std::move(message);
  alert.context.institution = policy_.institution;
  alert.channel = policy_.channel;
  alert.at = peers_.clock.now();
  return commit;
}

/// A channel that has come through the time its crashes are counted in is open again for good.
void ChannelSupervisor::stay_up() {
  closed_told_ = false;
  reopen("The adapter has run for " + to_text(policy_.restart.within) + " without a crash.");
}

void ChannelSupervisor::reopen(std::string note) {
  Commit commit;
  commit.shard = shard_for("channel", policy_.channel);
  commit.alerts_resolved.push_back(
      {commit.shard, std::string{closed_kind}, policy_.channel, std::move(note), peers_.clock.now()});
  tell(std::move(commit));
}

void ChannelSupervisor::tell(Commit commit) {
  constexpr std::size_t unstored_max = 100;
  if (unstored_.size() < unstored_max) unstored_.push_back(std::move(commit));
  if (unstored_.size() == 1) alert();
}

/// A store that is away hears of it later; one that refuses it has been told all it will take.
void ChannelSupervisor::alert() {
  if (unstored_.empty() || again_.is_set()) return;
  const auto later = [this] { again_.set(this, store_retry, "alert retry", [this] { alert(); }); };
  kit::ask<Remembered>(
      this, peers_.timers, store_deadline, peers_.store, Remember{unstored_.front()},
      [this, later](const Remembered& answer) {
        if (answer.result.outcome == CommitOutcome::unavailable) return later();
        if (answer.result.outcome != CommitOutcome::committed)
          peers_.log.line(Level::error, "alert_refused",
                          {{"channel", policy_.channel}, {"error", answer.result.error}});
        unstored_.pop_front();
        alert();
      },
      [later](const caf::error&) { later(); });
}

void ChannelSupervisor::tell_breakers(StaticSwitch to, std::optional<TimePoint> until, std::string reason) {
  caf::anon_send(peers_.breakers,
                 SwitchChannel{policy_.channel, {to, until, std::string{supervisor_actor}, std::move(reason)}});
}

}  // namespace tael
