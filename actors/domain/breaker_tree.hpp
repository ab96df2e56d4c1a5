// The breakers of one channel and one operation class: channel -> method -> bank. A call needs leave from every level;
// all are asked before any gives, so a refused call leaves nothing behind. What came of it is told to every level that
// it speaks about, the bank first, and a level may shut because too many below it are.
#pragma once

#include "actors/domain/breaker.hpp"
#include "actors/domain/ejection_cap.hpp"

#include <functional>
#include <map>
#include <variant>

namespace tael {

inline constexpr std::size_t levels_max = 3;

/// Leave to make one call on one path. Whoever holds it reports once; a probe that is never reported expires.
struct PathPermit {
  std::uint32_t leaf = 0;
  std::array<LevelPermit, levels_max> levels;  ///< From the root.
  friend bool operator==(const PathPermit&, const PathPermit&) = default;
};

struct NoPermit {
  LeaseRefusal refusal = LeaseRefusal::open;
  std::optional<TimePoint> retry_at;  ///< Nothing when only a person can tell.
  std::uint32_t node = 0;             ///< Who refused.
};

/// One step's surroundings: what a tree must be told, and where its moves go.
struct BreakerMoment {
  TimePoint now;
  Luck luck;
  EjectionCap& cap;
  std::function<void(std::uint32_t node, BreakerEvent)> moved;
};

/// A level as it was before a restart.
struct RememberedBreaker {
  StaticSwitch static_switch = StaticSwitch::on;
  BreakerState state = BreakerState::closed;  ///< As shown.
  std::int64_t seq = 0;
  TimePoint until{};
  std::string actor;
};

/// Invariants (as tests: tests/domain/breaker_*; B1 to B15 of the rule book)
///  - Nodes stand after their parents. A node's seq has no gap and its events chain.
///  - A half-open stage admits no more than it has probes; a refused call holds no probe anywhere.
///  - No verdict uses a call of another generation.
class BreakerTree {
 public:
  BreakerTree(OpClass op, BreakerPolicy policy) : op_(op), policy_(std::move(policy)) {}

  /// Adds a node below `parent`, which is there already; the root has none. `first_generation` lies above those of
  /// former lives, so that no permit of theirs fits.
  std::uint32_t add(std::string path, std::optional<std::uint32_t> parent, std::uint64_t first_generation,
                    TimePoint now);
  void remember(std::uint32_t node, const RememberedBreaker& was, TimePoint now, EjectionCap& cap);

  std::variant<PathPermit, NoPermit> ask(std::uint32_t leaf, BreakerMoment& moment);
  void report(const PathPermit& permit, const CallVerdict& verdict, BreakerMoment& moment);
  /// Lets time pass: ends overrides and open times, counts lost probes as timeouts, judges slow stages.
  void tick(BreakerMoment& moment);
  /// A hand on the switch. `on` starts with probes: a path that was shut is tried before it is trusted. The
  /// supervisor's hand neither replaces nor lifts a person's.
  void turn(std::uint32_t node, const SwitchOrder& order, BreakerMoment& moment);
  /// The same position without an event: of a tree that follows another tree's switches.
  void follow(std::uint32_t node, StaticSwitch to, TimePoint until) {
    nodes_[node].breaker.static_switch = to;
    nodes_[node].breaker.switched_until = until;
  }
  void put_off_overrides(Duration by) {
    for (auto& node : nodes_)
      if (node.breaker.switched_until != TimePoint{}) node.breaker.switched_until += by;
  }
  /// Other numbers from now on; windows start anew where their length changed.
  void set_policy(BreakerPolicy policy);

  /// When `tick` has something to do at the latest; nothing while only calls can change anything.
  std::optional<TimePoint> next_tick() const;

  std::optional<std::uint32_t> find(std::string_view path) const;
  std::size_t size() const { return nodes_.size(); }
  const Breaker& at(std::uint32_t node) const { return nodes_[node].breaker; }
  const std::string& path(std::uint32_t node) const { return nodes_[node].path; }
  std::optional<std::uint32_t> parent(std::uint32_t node) const { return nodes_[node].parent; }
  std::size_t children(std::uint32_t node) const { return nodes_[node].children.size(); }
  bool is_leaf(std::uint32_t node) const { return nodes_[node].children.empty(); }
  OpClass op() const { return op_; }
  const BreakerPolicy& policy() const { return policy_; }
  /// How the cap knows a node.
  const std::string& name(std::uint32_t node) const { return nodes_[node].name; }

 private:
  struct Node {
    std::string path, name;
    std::optional<std::uint32_t> parent;
    std::vector<std::uint32_t> children;
    Breaker breaker;
  };
  struct Refusal {
    LeaseRefusal why;
    TimePoint retry_at;  ///< Zero: nobody knows.
  };
  using Chain = std::array<std::uint32_t, levels_max>;

  std::size_t chain_of(std::uint32_t leaf, Chain& chain) const;

  // One node (breaker.cpp).
  void end_override(Node& node, BreakerMoment& moment);
  void believe_what_was_held(Node& node, BreakerMoment& moment);
  void tick(Node& node, BreakerMoment& moment);
  std::optional<Refusal> refuses(Node& node, BreakerMoment& moment);
  std::optional<Refusal> refuses_degraded(Breaker& breaker, BreakerMoment& moment) const;
  static LevelPermit lend(Breaker& breaker, TimePoint now);
  void hear(Node& node, const LevelPermit& permit, const CallVerdict& verdict, BreakerMoment& moment);
  void count_probe(Node& node, bool is_good, bool was_lost, BreakerMoment& moment);
  void judge_stage(Node& node, bool by_time, BreakerCause on_bad, BreakerMoment& moment);
  void judge_window(Node& node, BreakerMoment& moment);
  bool trip(Node& node, BreakerCause cause, BreakerMoment& moment);
  void move(Node& node, BreakerState to, BreakerCause cause, BreakerMoment& moment, const SwitchOrder* hand = nullptr);
  void tell(Node& node, BreakerState from, BreakerCause cause, BreakerMoment& moment,
            const SwitchOrder* hand = nullptr);

  // Parents (breaker_tree.cpp).
  void ask_parent_of(const Node& node, BreakerMoment& moment);
  bool is_active(const Node& child, TimePoint now);
  std::uint32_t index_of(const Node& node) const { return static_cast<std::uint32_t>(&node - nodes_.data()); }

  OpClass op_;
  BreakerPolicy policy_;
  std::vector<Node> nodes_;
  std::map<std::string, std::uint32_t, std::less<>> by_path_;
  TimePoint trickled_at_{};  ///< Inquiries: the last that went although the tree is shut.
};

/// Whether an outcome of this scope speaks about a level: `depth` 0 is the root of `levels`.
constexpr bool speaks_about(FaultScope scope, std::size_t depth, std::size_t levels) {
  switch (scope) {
    case FaultScope::path:
    case FaultScope::channel: return true;
    case FaultScope::bank: return depth + 1 == levels;
    case FaultScope::method: return depth > 0 || levels == 1;
    case FaultScope::local: return depth == 0;
  }
  return true;
}

static_assert(speaks_about(FaultScope::bank, 2, 3) && !speaks_about(FaultScope::bank, 1, 3));
static_assert(speaks_about(FaultScope::local, 0, 3) && !speaks_about(FaultScope::local, 2, 3),
              "a cut line is the channel's matter, not the bank's");

}  // namespace tael
