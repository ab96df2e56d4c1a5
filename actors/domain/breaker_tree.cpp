#include "actors/domain/breaker_tree.hpp"

#include "actors/domain/assert.hpp"

#include <algorithm>

namespace tael {

std::uint32_t BreakerTree::add(std::string path, std::optional<std::uint32_t> parent, std::uint64_t first_generation,
                               TimePoint now) {
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  TAEL_ASSERT(!parent || *parent < index, "a node stands after its parent");
  TAEL_ASSERT(!by_path_.contains(path), "a path has one node");
  auto name = std::string{name_of(op_)} + ":" + path;
  nodes_.push_back({path, std::move(name), parent, {}, Breaker{policy_}});
  if (parent) nodes_[*parent].children.push_back(index);
  nodes_.back().breaker.generation = first_generation;
  nodes_.back().breaker.healthy_since = now;
  by_path_.emplace(std::move(path), index);
  return index;
}

/// Statistics and probes are forgotten; switches, open times and numbers are not.
void BreakerTree::remember(std::uint32_t node, const RememberedBreaker& was, TimePoint now, EjectionCap& cap) {
  auto& breaker = nodes_[node].breaker;
  breaker.seq = was.seq;
  breaker.static_switch = was.static_switch;
  if (was.static_switch == StaticSwitch::on) {
    breaker.state = was.state;
    breaker.until = was.until;
    breaker.openings = was.state == BreakerState::closed ? 0 : 1;
  } else {
    breaker.switched_until = was.until;
    breaker.actor = was.actor;
  }
  breaker.stage_since = now;
  cap.set_shut(nodes_[node].name, shown(breaker) == BreakerState::open);
}

std::optional<std::uint32_t> BreakerTree::find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? std::nullopt : std::optional{found->second};
}

/// From the root to the leaf.
std::size_t BreakerTree::chain_of(std::uint32_t leaf, Chain& chain) const {
  std::size_t depth = 0;
  for (std::optional<std::uint32_t> node = leaf; node; node = nodes_[*node].parent) {
    TAEL_ASSERT(depth < levels_max, "a path has a channel, a method and a bank");
    chain[depth++] = *node;
  }
  std::reverse(chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(depth));
  return depth;
}

std::variant<PathPermit, NoPermit> BreakerTree::ask(std::uint32_t leaf, BreakerMoment& moment) {
  Chain chain{};
  const auto depth = chain_of(leaf, chain);
  std::optional<NoPermit> no;
  for (std::size_t i = 0; i < depth && !no; ++i)
    if (const auto refusal = refuses(nodes_[chain[i]], moment))
      no = NoPermit{refusal->why, refusal->retry_at == TimePoint{} ? std::nullopt : std::optional{refusal->retry_at},
                    chain[i]};
  PathPermit permit{leaf, {}};
  if (!no) {
    for (std::size_t i = 0; i < depth; ++i) permit.levels[i] = lend(nodes_[chain[i]].breaker, moment.now);
    return permit;
  }
  // Inquiries resolve doubt: only a person's `off` stops them; statistics slow them down.
  if (op_ != OpClass::query ||
      std::any_of(chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(depth),
                  [this](auto i) { return nodes_[i].breaker.static_switch == StaticSwitch::off; }))
    return *no;
  const auto next = trickled_at_ + trickle;
  if (no->refusal != LeaseRefusal::forced_open && moment.now < next) {
    no->retry_at = no->retry_at ? std::min(*no->retry_at, next) : next;
    return *no;
  }
  trickled_at_ = moment.now;
  for (std::size_t i = 0; i < depth; ++i) permit.levels[i] = {nodes_[chain[i]].breaker.generation, 0};
  return permit;
}

void BreakerTree::report(const PathPermit& permit, const CallVerdict& verdict, BreakerMoment& moment) {
  TAEL_ASSERT(permit.leaf < nodes_.size(), "a permit is of the tree that gave it");
  Chain chain{};
  const auto depth = chain_of(permit.leaf, chain);
  const CallVerdict nothing{CallKind::ignored, verdict.took, verdict.scope};
  // When a bank opens, the calls that were out come back bad by the dozen. It has answered for them: held against its
  // method and its channel too, one dead bank would take its neighbours with it.
  auto& leaf = nodes_[permit.leaf];
  tick(leaf, moment);
  if (permit.levels[depth - 1].generation != leaf.breaker.generation) {
    for (std::size_t i = depth; i-- > 0;) hear(nodes_[chain[i]], permit.levels[i], nothing, moment);
    return;
  }
  for (std::size_t i = depth; i-- > 0;)
    hear(nodes_[chain[i]], permit.levels[i], speaks_about(verdict.scope, i, depth) ? verdict : nothing, moment);
}

void BreakerTree::tick(BreakerMoment& moment) {
  for (auto& node : nodes_) tick(node, moment);
}

bool BreakerTree::is_active(const Node& child, TimePoint now) {
  return child.breaker.state != BreakerState::closed ||
         nodes_[index_of(child)].breaker.window.at(now).total >= policy_.volume_min;
}

/// Most of a level's busy children are shut: then so is the level.
void BreakerTree::ask_parent_of(const Node& node, BreakerMoment& moment) {
  if (!node.parent) return;
  auto& parent = nodes_[*node.parent];
  end_override(parent, moment);
  if (parent.breaker.state != BreakerState::closed || parent.breaker.static_switch != StaticSwitch::on) return;
  int active = 0, open = 0;
  for (const auto index : parent.children) {
    active += is_active(nodes_[index], moment.now);
    open += nodes_[index].breaker.state == BreakerState::open;
  }
  if (active < 2 || open * 100 < policy_.children_percent * active) return;
  if (trip(parent, BreakerCause::children, moment)) ask_parent_of(parent, moment);
}

void BreakerTree::set_policy(BreakerPolicy policy) {
  for (auto& node : nodes_) {
    if (policy.window != policy_.window) node.breaker.window = CallRing<10>{policy.window};
    if (policy.long_window != policy_.long_window) node.breaker.long_window = CallRing<30>{policy.long_window};
    node.breaker.stage = std::min(node.breaker.stage, static_cast<int>(policy.probe_stages.size()) - 1);
  }
  policy_ = std::move(policy);
}

std::optional<TimePoint> BreakerTree::next_tick() const {
  std::optional<TimePoint> due;
  const auto at = [&](TimePoint t) { due = due ? std::min(*due, t) : t; };
  for (const auto& node : nodes_) {
    const auto& breaker = node.breaker;
    if (breaker.static_switch != StaticSwitch::on) {
      if (breaker.switched_until != TimePoint{}) at(breaker.switched_until);
      continue;
    }
    if (breaker.state == BreakerState::open) at(breaker.until);
    if (breaker.state != BreakerState::half_open) continue;
    if (!breaker.probes.empty())
      at(breaker.probes.front().since + policy_.permit_ttl + 1ms);
    else if (breaker.good + breaker.bad > 0)
      at(breaker.stage_since + half_open_max + 1ms);
  }
  return due;
}

}  // namespace tael
