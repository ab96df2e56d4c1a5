#include "actors/breaker_actor.hpp"

#include "actors/call_verdict.hpp"
#include "actors/domain/assert.hpp"
#include "actors/peers.hpp"

#include <algorithm>

namespace tael {
namespace {

constexpr Duration store_retry = 1s;
constexpr std::string_view retired_reason = "retired: it is configured no more and takes no payments";

RememberedBreaker remembered_as(const BreakerRow& row) {
  const auto static_switch = parse_static_switch(row.static_switch);
  const auto state = parse_breaker_state(row.state);
  TAEL_ASSERT(static_switch && state, "a breaker's row holds words that breakers have");
  return {*static_switch, *state, row.seq, row.until, row.actor};
}

/// What callers meet on the way down: shut anywhere is shut.
BreakerState worse(BreakerState a, BreakerState b) {
  if (a == BreakerState::open || b == BreakerState::open) return BreakerState::open;
  return a == BreakerState::half_open ? a : b;
}

}  // namespace

BreakerActor::BreakerActor(caf::actor_config& config, std::vector<BreakerPath> paths, std::vector<BreakerRow> rows,
                           std::shared_ptr<SharedCap> cap, BreakerPeers peers)
    : BreakerRef::base(config),
      paths_(std::move(paths)),
      rows_(std::move(rows)),
      cap_(std::move(cap)),
      peers_(std::move(peers)),
      tick_(peers_.timers),
      again_(peers_.timers) {}

auto BreakerActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  plant();
  arm();
  return {
      [this](const AskPermit& asked) { return lend(asked); },
      [this](const ReportCall& call) { hear(call); },
      [this](const SwitchPath& hand) { return turn(hand); },
      [this](const ViewBreaker& wanted) { return view(wanted); },
      [this](const ViewBreakers&) { return view_all(); },
      [](const kit::Run& run) { run.what(); },
  };
}

/// Grows every class's tree and hangs into it what the store remembers.
void BreakerActor::plant() {
  for (const auto& [op, word] : op_class_words) trees_.push_back({BreakerTree{op, paths_.front().policy}, {}});
  for (const auto& path : paths_) plant(path.path);
  remember_rows([](const std::string&) { return true; });
}

void BreakerActor::plant(const std::string& path) {
  const auto now_is = now();
  // Above every generation of a former life, so that no permit of one fits into this.
  const auto first_generation = static_cast<std::uint64_t>(unix_ms(now_is));
  for (auto& tree : trees_) {
    std::optional<std::uint32_t> parent;
    for (auto end = path.find('/');; end = path.find('/', end + 1)) {
      const auto part = path.substr(0, end);
      const auto known = tree.levels.find(part);
      parent = known ? known : std::optional{tree.levels.add(part, parent, first_generation, now_is)};
      if (end == std::string::npos) break;
    }
    const std::lock_guard lock{cap_->mutex};  // What a former life had shut is shut no more, unless a row says so.
    for (auto node = tree.last.size(); node < tree.levels.size(); ++node)
      cap_->cap.set_shut(tree.levels.name(static_cast<std::uint32_t>(node)), false);
    tree.last.resize(tree.levels.size());
  }
}

/// A row of a path that was taken out of the configuration is kept until somebody has to do with that path again.
void BreakerActor::remember_rows(const std::function<bool(const std::string& path)>& is_wanted) {
  const auto now_is = now();
  const std::lock_guard lock{cap_->mutex};
  for (const auto& row : rows_) {
    const auto op = parse_op_class(row.op);
    if (!op || !is_wanted(row.path)) continue;
    auto& tree = tree_of(*op);
    const auto node = tree.levels.find(row.path);
    if (!node) continue;
    tree.levels.remember(*node, remembered_as(row), now_is, cap_->cap);
    tree.last[*node] = {row.cause, row.actor, row.reason, row.at};
    measure(tree, *node);
  }
  for (std::uint32_t node = 0; node < tree_of(OpClass::pay).levels.size(); ++node)
    for (auto& tree : trees_)
      if (tree.levels.op() != OpClass::pay)
        tree.levels.follow(node, tree_of(OpClass::pay).levels.at(node).static_switch, {});
}

/// Only a bank is retired: what stands above others serves them. False: no order of ours can mean `path`.
bool BreakerActor::retire(const std::string& path) {
  if (std::ranges::count(path, '/') + 1 != static_cast<std::ptrdiff_t>(levels_max)) return false;
  std::set<std::string> grown;
  for (auto end = path.find('/');; end = path.find('/', end + 1)) {
    const auto part = path.substr(0, end);
    if (!trees_.front().levels.find(part)) grown.insert(part);
    if (end == std::string::npos) break;
  }
  plant(path);
  remember_rows([&grown](const std::string& of) { return grown.contains(of); });
  retired_.insert(path);
  return true;
}

/// A switch that a former life left on a retired path is still somebody's to turn.
std::optional<std::uint32_t> BreakerActor::find_remembered(const std::string& path) {
  const auto& levels = tree_of(OpClass::pay).levels;
  if (!levels.find(path) && std::ranges::find(rows_, path, &BreakerRow::path) != rows_.end()) retire(path);
  return levels.find(path);
}

TimePoint BreakerActor::now() {
  const auto wall = peers_.clock.now();
  if (wall + ahead_ < newest_) {
    const auto back = newest_ - (wall + ahead_);
    ahead_ += back;
    for (auto& tree : trees_) tree.levels.put_off_overrides(back);  // A person named their ends by the wall clock.
  }
  return newest_ = wall + ahead_;
}

template <class Step>
auto BreakerActor::step(Tree& tree, Step what) {
  const auto at = now();
  const std::lock_guard lock{cap_->mutex};
  BreakerMoment moment{at, Luck{peers_.dice.roll()}, cap_->cap,
                       [this, &tree](std::uint32_t node, BreakerEvent event) { moved(tree, node, std::move(event)); }};
  return what(moment);
}

PermitReply BreakerActor::lend(const AskPermit& asked) {
  auto& tree = tree_of(asked.op);
  auto leaf = tree.levels.find(asked.path);
  if (!leaf && asked.op != OpClass::pay && retire(asked.path)) leaf = tree.levels.find(asked.path);
  const bool is_only_for_what_is_open = asked.op == OpClass::pay && retired_.contains(asked.path);
  if (!leaf || !tree.levels.is_leaf(*leaf) || is_only_for_what_is_open)
    return PermitRefused{"path_unknown", std::nullopt, Refusal::path_unknown, asked.path};
  const auto answer = step(tree, [&](BreakerMoment& moment) { return tree.levels.ask(*leaf, moment); });
  arm();
  if (const auto* permit = std::get_if<PathPermit>(&answer)) return Permit{asked.path, asked.op, *permit};
  const auto& no = std::get<NoPermit>(answer);
  return PermitRefused{std::string{name_of(no.refusal)},
                       no.retry_at ? std::optional{by_the_wall(*no.retry_at)} : std::nullopt, Refusal::path_open,
                       tree.levels.path(no.node)};
}

void BreakerActor::hear(const ReportCall& call) {
  auto& tree = tree_of(call.permit.op);
  if (call.permit.levels.leaf >= tree.levels.size()) return;
  step(tree, [&](BreakerMoment& moment) { tree.levels.report(call.permit.levels, verdict_of(call), moment); });
  arm();
}

caf::result<BreakerView> BreakerActor::turn(const SwitchPath& hand) {
  auto& tree = tree_of(OpClass::pay);
  const auto node = find_remembered(hand.path);
  if (!node) return caf::make_error(caf::sec::invalid_argument, hand.path + ": no such path");
  if (hand.seen && *hand.seen != tree.levels.at(*node).seq)
    return caf::make_error(caf::sec::unexpected_message, hand.path + " has moved on: its newest event is " +
                                                             std::to_string(tree.levels.at(*node).seq));
  auto order = hand.order;
  if (order.until) *order.until += ahead_;
  const auto moves = unstored_.size();
  step(tree, [&](BreakerMoment& moment) { tree.levels.turn(*node, order, moment); });
  if (unstored_.size() == moves) return view_of(tree, *node);  // It stands so already.
  kit::Owed<BreakerView> reply{this};
  unstored_.back().durable = [this, &tree, node = *node, reply] { reply.deliver(view_of(tree, node)); };
  arm();
  return reply;
}

caf::result<BreakerView> BreakerActor::view(const ViewBreaker& wanted) {
  auto& tree = tree_of(OpClass::pay);
  const auto node = find_remembered(wanted.path);
  if (!node) return caf::make_error(caf::sec::invalid_argument, wanted.path + ": no such path");
  return view_of(tree, *node);
}

/// Of the pay tree every level, of the others those where something has happened.
BreakersView BreakerActor::view_all() {
  BreakersView all;
  for (std::uint32_t node = 0; node < tree_of(OpClass::pay).levels.size(); ++node)
    for (auto& tree : trees_) {
      auto one = view_of(tree, node);
      if (one.op == OpClass::pay || one.seq > 0 || one.long_window.total > 0) all.breakers.push_back(std::move(one));
    }
  return all;
}

BreakerView BreakerActor::view_of(Tree& tree, std::uint32_t node) {
  const auto at = now();
  const auto& breaker = tree.levels.at(node);
  BreakerView view;
  view.path = tree.levels.path(node);
  view.op = tree.levels.op();
  view.static_switch = breaker.static_switch;
  view.own = view.state = shown(breaker);
  for (auto above = tree.levels.parent(node); above; above = tree.levels.parent(*above))
    view.state = worse(view.state, shown(tree.levels.at(*above)));
  view.degraded = breaker.degraded;
  view.seq = breaker.seq;
  if (breaker.static_switch != StaticSwitch::on)
    view.until = by_the_wall(breaker.switched_until);
  else if (breaker.state == BreakerState::open)
    view.until = by_the_wall(breaker.until);
  const auto& last = tree.last[node];
  view.cause = last.cause, view.actor = last.actor, view.reason = last.reason, view.at = last.at;
  if (retired_.contains(view.path) && view.reason.empty()) view.reason = std::string{retired_reason};
  view.window = breaker.window.seen(at);
  view.long_window = breaker.long_window.seen(at);
  view.leases = static_cast<int>(breaker.probes.size());
  view.stage = breaker.stage;
  view.stages = static_cast<int>(tree.levels.policy().probe_stages.size());
  view.openings = breaker.openings;
  return view;
}

/// Called for every event, in the middle of a step: it only takes note.
void BreakerActor::moved(Tree& tree, std::uint32_t node, BreakerEvent event) {
  event.at = by_the_wall(event.at);
  event.until = by_the_wall(event.until);
  tree.last[node] = {std::string{name_of(event.cause)}, event.actor, event.reason, event.at};
  const auto index = static_cast<std::size_t>(&tree - trees_.data());
  if (tree.levels.op() == OpClass::pay)
    for (auto& other : trees_)
      if (&other != &tree) other.levels.follow(node, event.static_switch, {});
  unstored_.push_back({index, node, std::move(event), {}});
  measure(tree, node);
}

/// Every step ends here: its moves go to the store, and time is told when to come back.
void BreakerActor::arm() {
  remember();
  std::optional<TimePoint> due;
  for (const auto& tree : trees_)
    if (const auto next = tree.levels.next_tick(); next && (!due || *next < *due)) due = next;
  if (!due || (tick_.is_set() && tick_at_ && *tick_at_ <= *due)) return;
  tick_at_ = due;
  tick_.set(this, *due - now(), "breaker tick", [this] {
    for (auto& tree : trees_) step(tree, [&](BreakerMoment& moment) { tree.levels.tick(moment); });
    arm();
  });
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
  const auto path = trees_[unstored_.front().tree].levels.path(unstored_.front().node);
  switch (result.outcome) {
    case CommitOutcome::committed: break;
    case CommitOutcome::unavailable:
      again_.set(this, store_retry, "breaker store retry", [this] { remember(); });
      return;
    case CommitOutcome::order_exists:
    case CommitOutcome::key_exists:
    case CommitOutcome::transaction_taken:
    case CommitOutcome::conflict:
    case CommitOutcome::fenced:
    case CommitOutcome::refused:
      quit(caf::make_error(caf::sec::runtime_error, path + ": the store has another history: " + result.error));
      return;
  }
  peers_.crash.passed("breaker.remembered");
  const BreakerMoved news{path, unstored_.front().event, trees_[unstored_.front().tree].levels.op()};
  for (const auto& listener : peers_.listeners) send(listener, news);
  if (unstored_.front().durable) unstored_.front().durable();
  unstored_.pop_front();
  remember();
}

Commit BreakerActor::commit_of(const Unstored& move) const {
  const auto& levels = trees_[move.tree].levels;
  const auto& path = levels.path(move.node);
  const auto& event = move.event;
  const std::string op{name_of(levels.op())};
  Commit commit;
  commit.shard = shard_for("breaker", path);
  JournalRow row;
  row.shard = commit.shard;
  row.entity = "breaker:" + breaker_name(path, op);
  row.version = event.seq;
  row.kind = "breaker_moved";
  row.cause = name_of(event.cause);
  row.context.institution = paths_.front().institution;
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
  BreakerRow state{.path = path,
                   .static_switch = std::string{name_of(event.static_switch)},
                   .state = std::string{name_of(event.to)},
                   .seq = event.seq,
                   .until = event.until,
                   .from = std::string{name_of(event.from)},
                   .cause = std::string{name_of(event.cause)},
                   .actor = event.actor,
                   .at = event.at,
                   .op = op,
                   .generation = static_cast<std::int64_t>(event.generation),
                   .reason = event.reason};
  state.total = event.window.total;
  state.failures = event.window.failures;
  state.timeouts = event.window.timeouts;
  state.exceptions = event.window.exceptions;
  state.slow = event.window.slow;
  state.probes_admitted = event.probes_admitted;
  state.probes_allowed = event.probes_allowed;
  state.probes_asked = event.probes_asked;
  state.probes_percent = event.probes_percent;
  commit.breaker = Write<BreakerRow>{std::move(state), event.seq == 1};
  tell_owner(commit, move);
  return commit;
}

/// A level that its own calls shut is an alert until it is whole again, in the commit of that move. A switch is none: a
/// person or a supervisor turned it, and knows. Nor is a level with one child: its child's alert says the same.
void BreakerActor::tell_owner(Commit& commit, const Unstored& move) const {
  const auto& levels = trees_[move.tree].levels;
  const auto& event = move.event;
  if (levels.children(move.node) == 1) return;
  const std::string kind = "path_open", name = breaker_name(levels.path(move.node), name_of(levels.op()));
  if (event.static_switch != StaticSwitch::on) return;
  if (event.to == BreakerState::closed)
    return commit.alerts_resolved.push_back({commit.shard, kind, name,
                                             event.cause == BreakerCause::eject_denied
                                                 ? "It is not well, but too many beside it are shut: calls go through."
                                                 : "It works again.",
                                             event.at});
  if (event.to != BreakerState::open) return;
  auto& alert = commit.alerts.emplace_back();
  alert.shard = commit.shard;
  alert.kind = kind;
  alert.ref = name;
  alert.severity = levels.is_leaf(move.node) ? Severity::warning : Severity::critical;
  alert.message = levels.path(move.node) + " is shut for " + std::string{name_of(levels.op())} + " (" +
                  std::string{name_of(event.cause)} + "): of the last " + std::to_string(event.window.total) +
                  " calls " + std::to_string(event.window.bad()) + " went wrong. It is tried again at " +
                  to_rfc3339(event.until) + "; other paths go on.";
  alert.context.institution = paths_.front().institution;
  alert.channel = levels.path(move.node).substr(0, levels.path(move.node).find('/'));
  alert.at = event.at;
}

/// Whether a level takes calls at all, for who watches from outside.
void BreakerActor::measure(const Tree& tree, std::uint32_t node) const {
  peers_.meter.set("breaker_open", {{"path", tree.levels.path(node)}, {"type", name_of(tree.levels.op())}},
                   shown(tree.levels.at(node)) == BreakerState::open ? 1 : 0);
}

}  // namespace tael
