#include "actors/channels_actor.hpp"

#include <algorithm>

namespace tael {
namespace {

/// Three in five minutes; then a pause that doubles (reliability 6.4).
const RestartPolicy supervisor_restart{
    .restarts_max = 3, .within = 300s, .backoff_min = 200ms, .backoff_max = 30s, .parked_for = 300s};

std::string board_name(const std::string& channel) { return "channels/" + channel; }

}  // namespace

ChannelsActor::ChannelsActor(caf::actor_config& config, std::vector<ChannelSpec> specs, SupervisorPeers peers,
                             IsolationPolicy isolation)
    : ChannelRef::base(config), peers_(std::move(peers)), isolation_(isolation), again_(peers_.timers) {
  for (auto& spec : specs) {
    const auto channel = spec.policy.channel;
    children_[channel].spec = std::move(spec);
  }
}

auto ChannelsActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  set_down_handler([this](const caf::down_msg& down) { hear_down(down); });
  start_due();
  return {
      [this](const CallChannel& asked) { return forward(asked); },
      [this](const ReadCallback& heard) { return forward(heard); },
      [](const kit::Run& run) { run.what(); },
  };
}

void ChannelsActor::on_exit() {
  for (auto& [channel, child] : children_)
    if (child.supervisor) send_exit(child.supervisor, caf::exit_reason::user_shutdown);
  children_.clear();
  for (auto& waiting : std::exchange(waiting_, {}))
    waiting.caller.deliver(caf::make_error(caf::sec::request_receiver_down));
}

caf::result<ChannelAnswered> ChannelsActor::forward(const CallChannel& asked) {
  const auto channel = asked.path.substr(0, asked.path.find('/'));
  const auto* child = find(channel);
  if (child != nullptr && child->supervisor && !isolation_.isolated) return share(asked);
  if (child != nullptr && child->supervisor) return delegate(child->supervisor, asked);
  const auto now = peers_.clock.now();
  return ChannelAnswered{answer_ourselves(Ending::not_sent, child == nullptr ? "channel_unknown" : "restarting",
                                          channel, asked.request, now, now)};
}

caf::result<CallbackRead> ChannelsActor::forward(const ReadCallback& heard) {
  const auto* child = find(heard.channel);
  if (child == nullptr) return caf::make_error(caf::sec::invalid_argument, heard.channel + ": no such channel");
  if (!child->supervisor) return caf::make_error(caf::sec::request_receiver_down, heard.channel + " is restarting");
  return delegate(child->supervisor, heard);
}

// --- without isolation: one pool for all -----------------------------------------------------------------------------

caf::result<ChannelAnswered> ChannelsActor::share(const CallChannel& asked) {
  auto caller = make_response_promise<ChannelAnswered>();
  if (shared_out_ < isolation_.shared_calls_max) {
    call_shared(asked, caller);
    return caller;
  }
  const auto no = ++last_waiting_;
  const auto patience = peers_.timers.after(
      isolation_.shared_wait, kit::weak(this),
      kit::Run{"no place in the pool", [this, no] {
                 const auto found = std::ranges::find(waiting_, no, &Waiting::no);
                 if (found == waiting_.end()) return;
                 auto gone = std::move(*found);
                 waiting_.erase(found);
                 gone.caller.deliver(ChannelAnswered{answer_ourselves(
                     Ending::not_sent, "no_place", "the pool", gone.asked.request, gone.since, peers_.clock.now())});
               }});
  waiting_.push_back({no, asked, caller, peers_.clock.now(), patience});
  return caller;
}

void ChannelsActor::call_shared(const CallChannel& asked, caf::typed_response_promise<ChannelAnswered> caller) {
  const auto* child = find(asked.path.substr(0, asked.path.find('/')));
  if (child == nullptr || !child->supervisor) {
    caller.deliver(caf::make_error(caf::sec::request_receiver_down));
    return;
  }
  shared_out_ += 1;
  const auto longest = child->spec.policy.deadline + child->spec.policy.queue_wait + 2 * adapter_grace;
  kit::ask<ChannelAnswered>(
      this, peers_.timers, longest, child->supervisor, asked,
      [this, caller](const ChannelAnswered& answer) mutable {
        caller.deliver(answer);
        shared_place_free();
      },
      [this, caller](const caf::error& why) mutable {
        caller.deliver(why);
        shared_place_free();
      });
}

void ChannelsActor::shared_place_free() {
  shared_out_ -= 1;
  if (waiting_.empty()) return;
  auto next = std::move(waiting_.front());
  waiting_.pop_front();
  peers_.timers.cancel(next.patience);
  call_shared(next.asked, next.caller);
}

// --- supervision -----------------------------------------------------------------------------------------------------

void ChannelsActor::start_due() {
  const auto now = peers_.clock.now();
  for (auto& [channel, child] : children_) {
    if (child.supervisor || child.start_at > now) continue;
    on_start(child.budget, now);
    child.supervisor = spawn<ChannelSupervisor>(child.spec.policy, child.spec.make, peers_);
    monitor(child.supervisor);
    if (peers_.board != nullptr) peers_.board->started(board_name(channel), Lifetime::permanent, now);
  }
  start_when_due();
}

void ChannelsActor::start_when_due() {
  std::optional<TimePoint> due;
  for (const auto& [channel, child] : children_)
    if (!child.supervisor && (!due || child.start_at < *due)) due = child.start_at;
  if (due) again_.set(this, *due - peers_.clock.now(), "restart supervisor", [this] { start_due(); });
}

void ChannelsActor::hear_down(const caf::down_msg& down) {
  for (auto& [channel, child] : children_) {
    if (!child.supervisor || child.supervisor.address() != down.source) continue;
    child.supervisor = nullptr;
    const auto now = peers_.clock.now();
    const auto decision = on_crash(child.budget, supervisor_restart, now, peers_.dice.roll());
    child.start_at = now + decision.wait;
    const auto reason = system().render(down.reason);
    peers_.log.line(Level::error, "channel_supervisor_died",
                    {{"channel", channel}, {"reason", reason}, {"wait_ms", decision.wait.count()}});
    if (peers_.board != nullptr)
      peers_.board->fell(board_name(channel), decision.park ? Health::parked : Health::restarting, now, child.start_at,
                         reason);
  }
  start_when_due();
}

auto ChannelsActor::find(const std::string& channel) const -> const Child* {
  const auto found = children_.find(channel);
  return found == children_.end() ? nullptr : &found->second;
}

}  // namespace tael
