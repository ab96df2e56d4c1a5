#include "actors/breaker_actor.hpp"

#include "actors/call_verdict.hpp"
#include "actors/domain/assert.hpp"

namespace tael {
namespace {

constexpr Duration store_deadline = 10s;
constexpr Duration store_retry = 1s;

Breaker breaker_from(const std::optional<BreakerRow>& row, TimePoint now) {
  if (!row) return restore(StaticSwitch::on, BreakerState::closed, 0, {}, {}, now);
  const auto static_switch = parse_static_switch(row->static_switch);
  const auto state = parse_breaker_state(row->state);
  TAEL_ASSERT(static_switch && state, "a breaker's row holds words that breakers have");
  return restore(*static_switch, *state, row->seq, row->until, row->actor, now);
}

BreakerView view_from(const std::string& path, const std::optional<BreakerRow>& row) {
  BreakerView view;
  view.path = path;
  if (!row) return view;
  view.cause = row->cause;
  view.actor = row->actor;
  view.at = row->at;
  return view;
}

}  // namespace

BreakerActor::BreakerActor(caf::actor_config& config, BreakerPath path, std::optional<BreakerRow> row,
                           BreakerPeers peers)
    : BreakerRef::base(config),
      path_(std::move(path)),
      peers_(std::move(peers)),
      row_(std::move(row)),
      tick_(peers_.timers),
      again_(peers_.timers) {}

auto BreakerActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  breaker_ = breaker_from(row_, peers_.clock.now());
  last_ = view_from(path_.path, row_);
  arm();
  return {
      [this](const AskPermit& asked) { return lend(asked); },
      [this](const ReportCall& call) { hear(call); },
      [this](const SwitchPath& hand) { return turn(hand); },
      [this](const ViewBreaker&) { return view(); },
      [](const kit::Run& run) { run.what(); },
  };
}

PermitReply BreakerActor::lend(const AskPermit& asked) {
  const auto purpose = asked.op == OpClass::query ? Purpose::query : Purpose::money;
  auto answer = ask(breaker_, path_.policy, purpose, peers_.clock.now(), peers_.dice.roll());
  take(std::move(answer.events));
  if (const auto* no = std::get_if<NoLease>(&answer.answer))
    return PermitRefused{std::string{name_of(no->refusal)}, no->retry_at};
  const auto& lease = std::get<Lease>(answer.answer);
  return Permit{path_.path, lease.no, lease.generation};
}

void BreakerActor::hear(const ReportCall& call) {
  const Lease lease{call.permit.generation, call.permit.id, {}};
  take(report(breaker_, path_.policy, lease, verdict_of(call), peers_.clock.now(), peers_.dice.roll()));
}

BreakerView BreakerActor::turn(const SwitchPath& hand) {
  take(set_switch(breaker_, path_.policy, hand.order, peers_.clock.now(), peers_.dice.roll()));
  return view();
}

BreakerView BreakerActor::view() const {
  auto view = last_;
  view.static_switch = breaker_.static_switch;
  view.state = breaker_.state;
  view.seq = breaker_.seq;
  view.until = breaker_.until;
  view.window = counts_in(breaker_.window, peers_.clock.now());
  view.leases = static_cast<int>(breaker_.leases.size());
  return view;
}

/// Every step ends here: its moves queue for the store, and time is told when to come back.
void BreakerActor::take(BreakerEvents events) {
  for (auto& event : events) {
    last_.cause = name_of(event.cause);
    last_.actor = event.actor;
    last_.reason = event.reason;
    last_.at = event.at;
    unstored_.push_back(std::move(event));
  }
  remember();
  arm();
}

/// Sets the alarm only when it would ring too late: most leases come back long before they end.
void BreakerActor::arm() {
  const auto due = next_tick(breaker_);
  if (!due || (tick_.is_set() && tick_at_ <= *due)) return;
  tick_at_ = *due;
  tick_.set(this, *due - peers_.clock.now(), "breaker tick",
            [this] { take(tick(breaker_, path_.policy, peers_.clock.now(), peers_.dice.roll())); });
}

void BreakerActor::remember() {
  if (storing_ || again_.is_set() || unstored_.empty()) return;
  storing_ = true;
  peers_.crash.passed("breaker.moved");
  kit::ask<Remembered>(
      this, peers_.timers, store_deadline, peers_.store, Remember{commit_of(unstored_.front())},
      [this](const Remembered& answer) { remembered(answer.result); },
      [this](const caf::error&) {
        remembered({CommitOutcome::unavailable, {}, {}});
      });
}

void BreakerActor::remembered(const CommitResult& result) {
  storing_ = false;
  switch (result.outcome) {
    case CommitOutcome::committed: break;
    case CommitOutcome::unavailable:
      again_.set(this, store_retry, "breaker store retry", [this] { remember(); });
      return;
    case CommitOutcome::order_exists:
    case CommitOutcome::key_exists:
    case CommitOutcome::conflict:
    case CommitOutcome::fenced:
    case CommitOutcome::refused:
      quit(caf::make_error(caf::sec::runtime_error, path_.path + ": the store has another history: " + result.error));
      return;
  }
  peers_.crash.passed("breaker.remembered");
  for (const auto& listener : peers_.listeners) send(listener, BreakerMoved{path_.path, unstored_.front()});
  unstored_.pop_front();
  remember();
}

Commit BreakerActor::commit_of(const BreakerEvent& event) const {
  Commit commit;
  commit.shard = shard_for("breaker", path_.path);
  JournalRow row;
  row.shard = commit.shard;
  row.entity = "breaker:" + path_.path;
  row.version = event.seq;
  row.kind = "breaker_moved";
  row.cause = name_of(event.cause);
  row.context.institution = path_.institution;
  row.at = event.at;
  row.body = {{"from", std::string{name_of(event.from)}},
              {"to", std::string{name_of(event.to)}},
              {"static_switch", std::string{name_of(event.static_switch)}},
              {"generation", static_cast<std::int64_t>(event.generation)},
              {"until", event.until == TimePoint{} ? std::string{} : to_rfc3339(event.until)},
              {"actor", event.actor},
              {"reason", event.reason},
              {"total", std::int64_t{event.window.total}},
              {"failures", std::int64_t{event.window.failures}},
              {"timeouts", std::int64_t{event.window.timeouts}},
              {"exceptions", std::int64_t{event.window.exceptions}},
              {"slow", std::int64_t{event.window.slow}}};
  commit.journal.push_back(std::move(row));
  commit.breaker = Write<BreakerRow>{{.path = path_.path,
                                      .static_switch = std::string{name_of(event.static_switch)},
                                      .state = std::string{name_of(event.to)},
                                      .seq = event.seq,
                                      .until = event.until,
                                      .from = std::string{name_of(event.from)},
                                      .cause = std::string{name_of(event.cause)},
                                      .actor = event.actor,
                                      .at = event.at},
                                     event.seq == 1};
  return commit;
}

}  // namespace tael
