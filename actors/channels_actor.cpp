#include "actors/channels_actor.hpp"

namespace tael {
namespace {

constexpr Duration start_retry = 1s;

}  // namespace

ChannelsActor::ChannelsActor(caf::actor_config& config, std::vector<ChannelSpec> specs, SupervisorPeers peers)
    : ChannelRef::base(config), peers_(std::move(peers)), again_(peers_.timers) {
  for (auto& spec : specs) {
    const auto channel = spec.policy.channel;
    children_[channel].spec = std::move(spec);
  }
}

auto ChannelsActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  set_down_handler([this](const caf::down_msg& down) { hear_down(down); });
  start_missing();
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
}

caf::result<ChannelAnswered> ChannelsActor::forward(const CallChannel& asked) {
  const auto channel = asked.path.substr(0, asked.path.find('/'));
  const auto* child = find(channel);
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

void ChannelsActor::start_missing() {
  for (auto& [channel, child] : children_) {
    if (child.supervisor) continue;
    child.supervisor = spawn<ChannelSupervisor>(child.spec.policy, child.spec.make, peers_);
    monitor(child.supervisor);
  }
}

void ChannelsActor::hear_down(const caf::down_msg& down) {
  for (auto& [channel, child] : children_) {
    if (!child.supervisor || child.supervisor.address() != down.source) continue;
    child.supervisor = nullptr;
    peers_.log.line(Level::error, "channel_supervisor_died",
                    {{"channel", channel}, {"reason", system().render(down.reason)}});
    if (!again_.is_set()) again_.set(this, start_retry, "restart supervisor", [this] { start_missing(); });
  }
}

auto ChannelsActor::find(const std::string& channel) const -> const Child* {
  const auto found = children_.find(channel);
  return found == children_.end() ? nullptr : &found->second;
}

}  // namespace tael
