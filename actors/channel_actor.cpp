#include "actors/channel_actor.hpp"

namespace tael {

ChannelAnswer answer_ourselves(Ending ending, std::string code, const std::string& channel,
                               const ChannelRequest& request, TimePoint started_at, TimePoint now) {
  ChannelAnswer answer;
  answer.ending = ending;
  answer.transport = Transport::unknown;
  answer.took = now - started_at;
  answer.exchange = {.shard = request.shard,
                     .order_id = request.order_id,
                     .number = request.number,
                     .channel = channel,
                     .direction = "out",
                     .op = std::string{name_of(request.op)},
                     .request = {},
                     .response = {},
                     .outcome = std::string{name_of(ending)} + ": " + code,
                     .status = 0,
                     .started_at = started_at,
                     .took_ms = answer.took.count()};
  answer.code = std::move(code);
  return answer;
}

ChannelActor::ChannelActor(caf::actor_config& config, ChannelPolicy policy, MakeChannel make, kit::Timers& timers,
                           const Clock& clock)
    : ChannelRef::base(config), policy_(std::move(policy)), make_(std::move(make)), timers_(timers), clock_(clock) {}

auto ChannelActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  channel_ = make_();
  return {
      [this](const CallChannel& asked) { return call(asked.request); },
      [this](const ReadCallback& heard) { return read(heard.raw); },
      [](const kit::Run& run) { run.what(); },
  };
}

/// Whatever ends this actor, nobody is left waiting: what was out may have happened.
void ChannelActor::on_exit() {
  while (!calls_.empty()) finish_silent(calls_.begin()->first, "adapter_crashed");
  channel_.reset();
}

caf::result<ChannelAnswered> ChannelActor::call(const ChannelRequest& request) {
  const auto now = clock_.now();
  if (std::ssize(calls_) >= policy_.in_flight_max)
    return ChannelAnswered{answer_ourselves(Ending::not_sent, "busy", policy_.channel, request, now, now)};
  const auto no = ++last_call_;
  auto& call = calls_[no];
  call = {make_response_promise<ChannelAnswered>(), request, now, 0};
  call.backstop = timers_.after(policy_.deadline + adapter_grace, kit::weak(this),
                                kit::Run{"call overdue", [this, no] { finish_silent(no, "adapter_overdue"); }});
  const auto caller = call.caller;
  channel_->call(request, policy_.deadline,
                 kit::inside<ChannelAnswer>(this, "channel answered",
                                            [this, no](ChannelAnswer answer) { finish(no, std::move(answer)); }));
  return caller;
}

CallbackRead ChannelActor::read(const RawCallback& raw) {
  return {channel_->hear(raw), channel_->acknowledge(Reception::taken), channel_->acknowledge(Reception::refused),
          channel_->acknowledge(Reception::again)};
}

void ChannelActor::finish(std::uint64_t no, ChannelAnswer answer) {
  const auto found = calls_.find(no);
  if (found == calls_.end()) return;  // Answered in its place already.
  auto call = std::move(found->second);
  calls_.erase(found);
  timers_.cancel(call.backstop);
  call.caller.deliver(ChannelAnswered{std::move(answer)});
}

void ChannelActor::finish_silent(std::uint64_t no, std::string code) {
  const auto found = calls_.find(no);
  if (found == calls_.end()) return;
  const auto& call = found->second;
  finish(no, answer_ourselves(Ending::silent, std::move(code), policy_.channel, call.request, call.started_at,
                              clock_.now()));
}

}  // namespace tael
