#include "actors/channel_actor.hpp"

#include "actors/domain/quarantined.hpp"

#include <stdexcept>

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

std::string callback_name(const RawCallback& raw) { return "callback " + fingerprint(raw.body); }

ChannelActor::ChannelActor(caf::actor_config& config, ChannelPolicy policy, MakeChannel make, kit::Timers& timers,
                           const Clock& clock, std::shared_ptr<AtWork> at_work)
    : ChannelRef::base(config),
      policy_(std::move(policy)),
      make_(std::move(make)),
      timers_(timers),
      clock_(clock),
      at_work_(std::move(at_work)) {
  for (auto& lane : lanes_) lane.bulkhead.limit = policy_.in_flight_max;
}

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
  for (auto& lane : lanes_)
    while (!lane.waiting.empty()) refuse_waiting(lane.waiting.front());
  while (!calls_.empty()) finish_silent(calls_.begin()->first, "adapter_crashed");
  channel_.reset();
}

caf::result<ChannelAnswered> ChannelActor::call(const ChannelRequest& request) {
  const auto now = clock_.now();
  auto& lane = lane_of(request.op);
  const bool has_room = lane.bulkhead.has_room();
  if (!has_room && std::ssize(lane.waiting) >= policy_.queue_max)
    return ChannelAnswered{answer_ourselves(Ending::not_sent, "busy", policy_.channel, request, now, now)};
  const auto no = ++last_call_;
  calls_[no] = {make_response_promise<ChannelAnswered>(), request, now, 0, false};
  const auto caller = calls_[no].caller;
  if (has_room) {
    start(no);
    return caller;
  }
  lane.waiting.push_back(no);
  calls_[no].backstop = timers_.after(policy_.queue_wait, kit::weak(this),
                                      kit::Run{"call waited in vain", [this, no] { refuse_waiting(no); }});
  return caller;
}

/// Lets the adapter do something of which, if it dies, somebody shall know.
template <class Deed>
void ChannelActor::work(const AtWork& what, const Deed& deed) {
  if (const auto crash = crash_of(deed)) die_of(what, *crash);
}

void ChannelActor::die_of(const AtWork& what, const AdapterCrash& crash) {
  *at_work_ = {what.message, what.order_id, crash};
  throw std::runtime_error(crash.error);
}

void ChannelActor::start(std::uint64_t no) {
  auto& call = calls_.at(no);
  call.is_out = true;
  take(lane_of(call.request.op).bulkhead);
  call.backstop = timers_.after(policy_.deadline + adapter_grace, kit::weak(this),
                                kit::Run{"call overdue", [this, no] { finish_silent(no, "adapter_overdue"); }});
  const AtWork what{std::string{name_of(call.request.op)} + " " + call.request.number, call.request.order_id, {}};
  work(what, [&] {
    channel_->call(call.request, policy_.deadline,
                   kit::inside<ChannelAnswer>(this, "channel answered", [this, no, what](ChannelAnswer answer) {
                     hear(no, what, std::move(answer));
                   }));
  });
}

void ChannelActor::start_waiting(Lane& lane) {
  while (lane.bulkhead.has_room() && !lane.waiting.empty()) {
    const auto next = lane.waiting.front();
    lane.waiting.pop_front();
    timers_.cancel(calls_.at(next).backstop);
    start(next);
  }
}

void ChannelActor::refuse_waiting(std::uint64_t no) {
  const auto found = calls_.find(no);
  if (found == calls_.end() || found->second.is_out) return;
  auto call = std::move(found->second);
  calls_.erase(found);
  std::erase(lane_of(call.request.op).waiting, no);
  timers_.cancel(call.backstop);
  call.caller.deliver(ChannelAnswered{
      answer_ourselves(Ending::not_sent, "busy", policy_.channel, call.request, call.started_at, clock_.now())});
}

CallbackRead ChannelActor::read(const RawCallback& raw) {
  CallbackRead read;
  work({callback_name(raw), {}, {}}, [&] {
    read = {channel_->hear(raw), channel_->acknowledge(Reception::taken), channel_->acknowledge(Reception::refused),
            channel_->acknowledge(Reception::again)};
  });
  return read;
}

/// An adapter that died of an answer is as dead as one that threw. Who waits for this call hears of it with what was
/// written down; everybody else when this actor ends.
void ChannelActor::hear(std::uint64_t no, const AtWork& what, ChannelAnswer answer) {
  if (!answer.crash) return finish(no, std::move(answer));
  if (const auto waits = calls_.extract(no)) {
    auto& call = waits.mapped();
    timers_.cancel(call.backstop);
    auto told = answer_ourselves(Ending::silent, "adapter_crashed", policy_.channel, call.request, call.started_at,
                                 clock_.now());
    told.exchange.request = std::move(answer.exchange.request);
    told.exchange.response = std::move(answer.exchange.response);
    told.exchange.status = answer.exchange.status;
    call.caller.deliver(ChannelAnswered{std::move(told)});
  }
  die_of(what, *answer.crash);
}

void ChannelActor::finish(std::uint64_t no, ChannelAnswer answer) {
  const auto found = calls_.find(no);
  if (found == calls_.end()) return;  // Answered in its place already.
  auto call = std::move(found->second);
  calls_.erase(found);
  timers_.cancel(call.backstop);
  auto& lane = lane_of(call.request.op);
  give_back(lane.bulkhead, answer.exchange.status == 429, policy_.in_flight_max);
  call.caller.deliver(ChannelAnswered{std::move(answer)});
  start_waiting(lane);
}

void ChannelActor::finish_silent(std::uint64_t no, std::string code) {
  const auto found = calls_.find(no);
  if (found == calls_.end()) return;
  const auto& call = found->second;
  finish(no, answer_ourselves(Ending::silent, std::move(code), policy_.channel, call.request, call.started_at,
                              clock_.now()));
}

}  // namespace tael
