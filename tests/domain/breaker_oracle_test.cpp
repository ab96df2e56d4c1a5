// The core against the executable rule book: the model (Python) writes what it is asked and what it decides, and the
// trees here must decide the same, call by call and event by event. TAEL_ORACLE_SEEDS=20000 for a longer run.
#include "actors/domain/breaker_tree.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tael {
namespace {

/// The same trees on our side, driven by the lines of one seed.
struct Ours {
  explicit Ours(std::istringstream& line) {
    std::string stage;
    int eject_percent = 0;
    std::int64_t open_max_ms = 0;
    line >> seed >> eject_percent >> policy.bad_percent >> policy.slow_percent >> policy.consecutive_max >>
        policy.volume_min >> policy.parent_volume_min >> open_max_ms;
    policy.open_max = Duration{open_max_ms};
    policy.probe_stages.clear();
    while (line >> stage) {
      const auto colon = stage.find(':');
      policy.probe_stages.push_back({std::stoi(stage.substr(0, colon)), std::stoi(stage.substr(colon + 1))});
    }
    // What the model does not have.
    policy.timeout_percent = policy.exception_percent = policy.long_bad_percent = 101;
    policy.probes_in_flight_max = 1'000;
    policy.permit_ttl = 20s;
    cap = EjectionCap{{eject_percent, 1}};
  }

  void add(const std::string& path, const std::string& parent, const std::string& group) {
    if (parent == "-") trees.emplace_back(OpClass::pay, policy);
    auto& tree = trees.back();
    const auto node =
        tree.add(path, parent == "-" ? std::nullopt : std::optional{*tree.find(parent)}, 1, from_unix_ms(1'000'000));
    if (group != "-") cap.enlist(tree.name(node), group, path);
    places.emplace_back(trees.size() - 1, node);
  }

  BreakerMoment begin(std::istringstream& line) {
    std::int64_t now = 0;
    std::uint64_t dice = 0;
    line >> now >> dice;
    BreakerMoment moment{from_unix_ms(now), Luck{dice}, cap, {}};
    return moment;
  }
  void tick(BreakerMoment& moment) {
    for (auto& tree : trees) {
      moment.moved = hearing(tree);
      tree.tick(moment);
    }
  }
  std::function<void(std::uint32_t, BreakerEvent)> hearing(const BreakerTree& tree) {
    return [this, &tree](std::uint32_t node, const BreakerEvent& e) {
      const auto cause = e.cause == BreakerCause::permit_timeouts ? BreakerCause::probes_failed : e.cause;
      std::ostringstream text;
      text << "e " << tree.path(node) << ' ' << e.seq << ' ' << e.generation << ' ' << name_of(e.from) << ' '
           << name_of(e.to) << ' ' << name_of(cause) << ' '
           << (e.from == BreakerState::half_open && e.cause != BreakerCause::override_off &&
                       e.cause != BreakerCause::override_forced_closed
                   ? e.probes_admitted
                   : 0);
      told.push_back(text.str());
    };
  }
  BreakerTree& tree_of(std::size_t node) { return trees[places[node].first]; }
  std::string digest() {
    std::ostringstream text;
    text << "end";
    for (const auto& [tree, node] : places) {
      const auto& b = trees[tree].at(node);
      const bool half = b.state == BreakerState::half_open;
      text << ' ' << (half ? "half" : name_of(b.state)) << ':' << b.openings << ':' << b.stage << ':'
           << (half ? b.stage_admitted : 0) << ':' << b.probes.size() << ':' << b.degraded;
    }
    return text.str();
  }

  std::int64_t seed = 0;
  BreakerPolicy policy;
  EjectionCap cap;
  std::deque<BreakerTree> trees;
  std::vector<std::pair<std::size_t, std::uint32_t>> places;  ///< By the model's number of a node.
  std::map<int, std::pair<std::size_t, PathPermit>> permits;  ///< By the model's number of a call.
  std::deque<std::string> told;
};

CallKind kind_named(const std::string& name) {
  if (name == "ok") return CallKind::ok;
  if (name == "failure") return CallKind::failure;
  if (name == "timeout") return CallKind::timeout;
  return name == "exception" ? CallKind::exception : CallKind::ignored;
}

struct Compared {
  int seeds = 0, decisions = 0, events = 0;
  std::string difference;  ///< The first; empty when there is none.
};

class Comparison {
 public:
  explicit Comparison(const std::string& file) : lines_(file) {}

  Compared run() {
    for (std::string text; found_.difference.empty() && std::getline(lines_, text); ++no_) hear(text);
    return found_;
  }

 private:
  void expect(const std::string& ours, const std::string& theirs) {
    if (ours == theirs || !found_.difference.empty()) return;
    found_.difference = "seed " + std::to_string(ours_->seed) + ", line " + std::to_string(no_) + ": the model says '" +
                        theirs + "', the core '" + ours + "'";
  }
  void hear(const std::string& text) {
    std::istringstream line{text};
    std::string word;
    line >> word;
    if (word == "e") {
      found_.events += 1;
      expect(ours_->told.empty() ? "nothing" : ours_->told.front(), text);
      if (!ours_->told.empty()) ours_->told.pop_front();
      return;
    }
    if (word == "yes" || word == "no") return expect(answer_, word);
    if (ours_) expect(ours_->told.empty() ? "nothing" : ours_->told.front(), "nothing");
    if (word == "seed") {
      ours_.emplace(line);
      found_.seeds += 1;
    } else if (word == "node") {
      std::string path, parent, group;
      line >> path >> parent >> group;
      ours_->add(path, parent, group);
    } else if (word == "end") {
      expect(ours_->digest(), text);
    } else {
      operate(word, line);
    }
  }
  void operate(const std::string& word, std::istringstream& line) {
    auto moment = ours_->begin(line);
    ours_->tick(moment);
    found_.decisions += 1;
    if (word == "switch") {
      std::size_t node = 0;
      std::string to;
      std::int64_t until = 0;
      line >> node >> to >> until;
      auto& tree = ours_->tree_of(node);
      moment.moved = ours_->hearing(tree);
      tree.turn(ours_->places[node].second,
                {to == "off" ? StaticSwitch::off : StaticSwitch::forced_closed, from_unix_ms(until), "ann", "test"},
                moment);
    } else if (word == "ask") {
      std::size_t leaf = 0;
      int call = 0;
      line >> leaf >> call;
      auto& tree = ours_->tree_of(leaf);
      moment.moved = ours_->hearing(tree);
      const auto asked = tree.ask(ours_->places[leaf].second, moment);
      const auto* permit = std::get_if<PathPermit>(&asked);
      answer_ = permit == nullptr ? "no" : "yes";
      if (permit != nullptr) ours_->permits[call] = {leaf, *permit};
    } else {
      int call = 0, slow = 0;
      std::string kind;
      line >> call >> kind >> slow;
      const auto& [leaf, permit] = ours_->permits.at(call);
      auto& tree = ours_->tree_of(leaf);
      moment.moved = ours_->hearing(tree);
      tree.report(permit, {kind_named(kind), slow ? ours_->policy.slow_after : 100ms, FaultScope::path}, moment);
    }
  }

  std::ifstream lines_;
  int no_ = 1;
  std::optional<Ours> ours_;
  std::string answer_;
  Compared found_;
};

TEST(BreakerOracle, TheCoreDecidesAsTheRuleBookDoesOnThousandsOfSeeds) {
  const char* wanted = std::getenv("TAEL_ORACLE_SEEDS");
  const std::string seeds = wanted == nullptr ? "2000" : wanted;
  const auto file = std::filesystem::path{::testing::TempDir()} /
                    ("breaker_oracle_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + ".txt");
  const auto command =
      std::string{TAEL_PYTHON} + " " + TAEL_ORACLE + " --steps 120 --seeds " + seeds + " --out " + file.string();
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  const auto found = Comparison{file.string()}.run();
  std::filesystem::remove(file);
  EXPECT_EQ(found.difference, "");
  EXPECT_EQ(std::to_string(found.seeds), seeds);
  EXPECT_GT(found.events, found.seeds) << "too little happens to prove anything";
  RecordProperty("decisions", found.decisions);
}

}  // namespace
}  // namespace tael
