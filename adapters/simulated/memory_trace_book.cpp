#include "adapters/simulated/memory_trace_book.hpp"

namespace tael {

namespace {

constexpr int trace_max = 999'999;

}  // namespace

void MemoryTraceBook::open(WireTrace draft, Done done) {
  TraceReply reply{true, false, {}};
  {
    const std::lock_guard lock(mutex_);
    const Key key{draft.channel, draft.number};
    const auto found = traces_.find(key);
    reply.fresh = found == traces_.end() || found->second.state == TraceState::unsent;
    if (reply.fresh) {
      auto& last = last_of_terminal_[{draft.channel, draft.terminal}];
      draft.trace = last = last % trace_max + 1;
      traces_[key] = std::move(draft);
    }
    reply.trace = traces_.at(key);
  }
  done(std::move(reply));
}

void MemoryTraceBook::settle(TraceState from, WireTrace to, Done done) {
  TraceReply reply{true, false, {}};
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = traces_.find({to.channel, to.number}); found != traces_.end()) {
      auto& trace = found->second;
      reply.fresh = trace.state == from;
      if (reply.fresh) {
        trace.state = to.state;
        trace.code = to.code;
        trace.transaction = to.transaction;
        trace.amount = to.amount;
      }
      reply.trace = trace;
    }
  }
  done(std::move(reply));
}

void MemoryTraceBook::find(std::string channel, std::string number, Done done) {
  TraceReply reply{true, false, {}};
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = traces_.find({std::move(channel), std::move(number)}); found != traces_.end())
      reply.trace = found->second;
  }
  done(std::move(reply));
}

std::vector<WireTrace> MemoryTraceBook::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<WireTrace> all;
  for (const auto& [key, trace] : traces_) all.push_back(trace);
  return all;
}

}  // namespace tael
