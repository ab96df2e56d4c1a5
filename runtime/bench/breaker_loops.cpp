#include "runtime/bench/breaker_loops.hpp"

#include "actors/breakers_actor.hpp"
#include "adapters/simulated/simulated_store.hpp"
#include "runtime/wall/process_crash_points.hpp"
#include "runtime/wall/system_dice.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <atomic>
#include <future>
#include <stdexcept>

namespace tael::bench {
namespace {

using Steady = std::chrono::steady_clock;

/// Calls of a caller before its waits are counted: caches, pools of memory, the scheduler's threads.
constexpr int warm_up_calls = 1'000;
constexpr Duration permit_patience = 2s;  // As orders ask (actors/order_calls.cpp).

std::vector<BreakerPath> eight_channels() {
  std::vector<BreakerPath> paths;
  for (int channel = 0; channel < 8; ++channel)
    for (const char* method : {"qr", "card"})
      for (const char* bank : {"cmb", "icbc", "ccb", "abc"})
        paths.push_back({"channel" + std::to_string(channel) + "/" + method + "/" + bank, "bank", {}, false, {"CNY"}});
  return paths;
}

class NoLog final : public Log {
 public:
  void line(Level, std::string_view, const Fields&) override {}
};

/// What all callers of one loop share. Each adds what it measured when it is done.
struct Loop {
  BreakersRef breakers;
  kit::Timers& timers;
  std::vector<BreakerPath> paths;
  int calls_each;
  std::atomic<int> at_work;
  std::vector<ActorLoop> found;  ///< By caller.
  std::promise<void> done{};
};

class Caller : public caf::event_based_actor {
 public:
  Caller(caf::actor_config& config, Loop& loop, std::size_t no) : event_based_actor(config), loop_(loop), no_(no) {}
  const char* name() const override { return "bench_caller"; }
  caf::behavior make_behavior() override {
    kit::mind_manners(this);
    ask();
    return {[](const kit::Run& run) { run.what(); }};
  }

 private:
  void ask() {
    asked_at_ = Steady::now();
    const auto& path = loop_.paths[(no_ + static_cast<std::size_t>(made_)) % loop_.paths.size()].path;
    kit::ask<PermitReply>(
        this, loop_.timers, permit_patience, loop_.breakers, AskPermit{path, OpClass::pay},
        [this](const PermitReply& reply) { hear(std::get_if<Permit>(&reply)); },
        [this](const caf::error&) { hear(nullptr); });
  }
  void hear(const Permit* permit) {
    const auto now = Steady::now();
    auto& found = loop_.found[no_];
    if (made_ > warm_up_calls) {
      found.permit.add(now - asked_at_);
      found.round_trip.add(now - heard_at_);
    }
    heard_at_ = now;
    if (permit != nullptr)
      send(loop_.breakers, ReportCall{*permit, false, Ending::approved, Transport::answered, true, 200, 100ms});
    else
      found.refused += 1;
    if (++made_ <= loop_.calls_each + warm_up_calls) return ask();
    if (--loop_.at_work == 0) loop_.done.set_value();
    quit();
  }

  Loop& loop_;
  std::size_t no_;
  int made_ = 0;
  Steady::time_point asked_at_, heard_at_;
};

}  // namespace

double core_loop(int calls) {
  BreakerTree tree{OpClass::pay, {}};
  EjectionCap cap;
  TimePoint now{1'000'000s};
  std::vector<std::uint32_t> leaves;
  const auto root = tree.add("channel", {}, 1, now);
  for (const std::string method : {"channel/qr", "channel/card"}) {
    const auto node = tree.add(method, root, 1, now);
    for (const char* bank : {"/cmb", "/icbc", "/ccb", "/abc"}) leaves.push_back(tree.add(method + bank, node, 1, now));
  }
  BreakerMoment moment{now, Luck{1}, cap, [](std::uint32_t, const BreakerEvent&) {}};
  int refused = 0;
  const auto begun = Steady::now();
  for (int i = 0; i < calls; ++i) {
    moment.now += Duration{i % 4 == 0};
    const auto answer = tree.ask(leaves[static_cast<std::size_t>(i) % leaves.size()], moment);
    if (const auto* permit = std::get_if<PathPermit>(&answer))
      tree.report(*permit, {CallKind::ok, 100ms, FaultScope::path}, moment);
    else
      ++refused;
  }
  const std::chrono::duration<double, std::nano> took = Steady::now() - begun;
  if (refused > 0) throw std::runtime_error("a healthy breaker refused " + std::to_string(refused) + " calls");
  return took.count() / calls;
}

ActorLoop actor_loop(int callers, int calls) {
  WallClock clock;
  SystemDice dice;
  NoCrashPoints crash;
  NoLog log;
  NoMeter meter;
  simulated::SimulatedDisk disk;
  simulated::SimulatedStore rows{disk};
  kit::ThreadTimers timers;
  caf::actor_system_config settings;  // As a node has it (runtime/node/node.cpp).
  settings.set("scheduler.max-threads", std::size_t{2});
  settings.set("scheduler.policy", caf::atom("sharing"));
  settings.set("scheduler.max-throughput", std::size_t{100});
  caf::actor_system system{settings};

  // Healthy paths move nothing, so nothing is remembered: the store's share of a payment is not measured here.
  const auto store = system.spawn([]() -> BreakerStoreRef::behavior_type {
    return {[](const Remember&) { return Remembered{{CommitOutcome::committed, {}, {}}}; }};
  });
  Loop loop{.breakers = {},
            .timers = timers,
            .paths = eight_channels(),
            .calls_each = calls / callers,
            .at_work = callers,
            .found = std::vector<ActorLoop>(static_cast<std::size_t>(callers))};
  loop.breakers =
      system.spawn<BreakersActor>(loop.paths, BreakersPeers{{store, {}, timers, clock, dice, crash, meter}, rows, log});
  const auto begun = Steady::now();
  for (std::size_t no = 0; no < loop.found.size(); ++no) system.spawn<Caller>(loop, no);
  loop.done.get_future().wait();
  ActorLoop all;
  all.callers = callers;
  all.seconds = std::chrono::duration<double>(Steady::now() - begun).count();
  for (const auto& one : loop.found) {
    all.permit.add(one.permit);
    all.round_trip.add(one.round_trip);
    all.refused += one.refused;
    all.calls += loop.calls_each + warm_up_calls;
  }
  caf::anon_send_exit(loop.breakers, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(store, caf::exit_reason::user_shutdown);
  loop.breakers = nullptr;
  system.await_all_actors_done();
  return all;
}

}  // namespace tael::bench
