// What breakers and channels meet in tests: a store that remembers, listeners, an adapter told what to do.
#pragma once

#include "actors/channels_actor.hpp"
#include "runtime/wall/process_crash_points.hpp"
#include "tests/support/world.hpp"

#include <map>
#include <set>

namespace tael::testing {

/// Keeps breaker rows and alerts; its outcome can be set. A second write of one version is a conflict.
class FakeStore : public Store {
 public:
  CommitOutcome outcome = CommitOutcome::committed;
  std::string read_error;
  bool holds_reads = false;  ///< The next read waits in `held_read` until somebody calls it.
  std::function<void()> held_read;
  std::map<std::string, BreakerRow> breakers;
  std::vector<BreakerRow> breaker_events;
  std::vector<JournalRow> journal;
  std::vector<Alert> alerts;
  std::vector<QuarantinedMessage> quarantined;
  int reads = 0;
  NoCrashPoints crash;

  CommitResult remember(const Commit& commit) {
    if (outcome != CommitOutcome::committed) return {outcome, {}, "as told"};
    for (const auto& row : commit.journal)
      if (!versions_.emplace(row.entity, row.version).second) return {CommitOutcome::conflict, {}, "version exists"};
    if (commit.breaker) {
      const auto& row = commit.breaker->row;
      if (commit.breaker->insert == breakers.contains(breaker_name(row))) return {CommitOutcome::conflict, {}, "row"};
      breakers[breaker_name(row)] = row;
      breaker_events.push_back(row);
    }
    journal.insert(journal.end(), commit.journal.begin(), commit.journal.end());
    alerts.insert(alerts.end(), commit.alerts.begin(), commit.alerts.end());
    quarantined.insert(quarantined.end(), commit.quarantined.begin(), commit.quarantined.end());
    return {CommitOutcome::committed, {}, {}};
  }
  void load_breakers(std::function<void(Read<std::vector<BreakerRow>>)> done) override {
    ++reads;
    Read<std::vector<BreakerRow>> read;
    read.error = read_error;
    for (const auto& [path, row] : breakers) read.value.push_back(row);
    if (holds_reads)
      held_read = [done, read] { done(read); };
    else
      done(std::move(read));
  }

  // Not asked for by breakers and channels.
  void write(std::vector<Commit>, std::function<void(std::vector<CommitResult>)>) override {}
  void load_order(std::string, std::function<void(Read<std::optional<OrderRecord>>)>) override {}
  void find_order(std::string, std::string, std::function<void(Read<std::optional<std::string>>)>) override {}
  void find_key(std::string, std::string, std::string,
                std::function<void(Read<std::optional<IdempotencyKey>>)>) override {}
  void load_timers(std::function<void(Read<std::vector<Timer>>)>) override {}
  void load_interrupted(std::function<void(Read<std::vector<std::string>>)>) override {}
  void load_notices(std::function<void(Read<std::vector<Notice>>)>) override {}
  void load_parked_notices(std::string, std::function<void(Read<std::vector<Notice>>)>) override {}
  void load_account(std::string, std::function<void(Read<std::optional<AccountRow>>)>) override {}
  void load_postings(std::function<void(Read<std::vector<PostingOnItsWay>>)>) override {}

 private:
  std::set<std::pair<std::string, std::int64_t>> versions_;
};

class FakeLog : public Log {
 public:
  std::vector<std::string> events;
  void line(Level, std::string_view event, const Fields&) override { events.emplace_back(event); }
};

/// What the adapters of one channel do, and what they heard. Outlives them.
struct Script {
  enum class Manner { answer, hold, never_answer, throw_on_call, throw_on_callback };
  Manner manner = Manner::answer;
  bool throw_on_make = false;
  int made = 0;
  std::vector<ChannelRequest> heard;
  std::vector<std::function<void(ChannelAnswer)>> held;
  ChannelAnswer answer;

  Script() {
    answer.ending = Ending::approved;
    answer.transport = Transport::answered;
    answer.authentic = true;
    answer.code = "OK";
  }
};

class FakeChannel : public Channel {
 public:
  explicit FakeChannel(Script& script) : script_(script) {}
  void call(const ChannelRequest& request, Duration, std::function<void(ChannelAnswer)> done) override {
    script_.heard.push_back(request);
    switch (script_.manner) {
      case Script::Manner::answer: return done(script_.answer);
      case Script::Manner::hold: script_.held.push_back(std::move(done)); return;
      case Script::Manner::never_answer:
      case Script::Manner::throw_on_callback: return;
      case Script::Manner::throw_on_call: throw std::runtime_error("off by one");
    }
  }
  Callback hear(const RawCallback& raw) override {
    if (script_.manner == Script::Manner::throw_on_callback) throw std::runtime_error("off by one");
    Callback callback;
    callback.number = raw.body;
    return callback;
  }
  Acknowledgement acknowledge(Reception reception) const override {
    return {reception == Reception::taken ? 200 : reception == Reception::refused ? 401 : 503, "text/plain", {}};
  }

 private:
  Script& script_;
};

inline MakeChannel make_fake(Script& script) {
  return [&script]() -> std::unique_ptr<Channel> {
    ++script.made;
    if (script.throw_on_make) throw std::runtime_error("no key");
    return std::make_unique<FakeChannel>(script);
  };
}

inline BreakerStoreRef spawn_store(World& world, FakeStore& store) {
  return world.own(world.system().spawn([&store]() -> BreakerStoreRef::behavior_type {
    return {[&store](const Remember& asked) { return Remembered{store.remember(asked.commit)}; }};
  }));
}

inline BreakerListenerRef spawn_listener(World& world, std::vector<BreakerMoved>& heard) {
  return world.own(world.system().spawn([&heard]() -> BreakerListenerRef::behavior_type {
    return {[&heard](const BreakerMoved& moved) { heard.push_back(moved); }};
  }));
}

}  // namespace tael::testing
