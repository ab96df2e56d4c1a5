#include "runtime/scenario/player.hpp"

#include "actors/domain/attempt_machine.hpp"
#include "actors/domain/order_machine.hpp"
#include "actors/domain/refund_machine.hpp"
#include "runtime/scenario/load.hpp"
#include "runtime/scenario/sense.hpp"
#include "runtime/scenario/stage.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>

namespace tael::scenario {
namespace {

std::string name_of_type(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name{abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                    std::free};
  std::string text = status == 0 ? name.get() : type.name();
  for (const std::string_view space : {"tael::kit::", "tael::"})
    if (text.starts_with(space)) return text.substr(space.size());
  return text;
}

class Play {
 public:
  Play(const Story& story, const PlayOptions& options)
      : story_(story), options_(options), stage_(story, options.seed, options.keeps_lines) {}

  Outcome run();

 private:
  struct Check {  ///< Judged when its instant has passed, and everything of that instant has settled.
    Duration at{0};
    const std::string* text = nullptr;
    std::size_t phrase = 0;
    const Arguments* arguments = nullptr;
    int line = 1;
  };

  void arrange();
  void watch(caf::resumable& job);
  bool advance_to(Duration end);
  void live_through(TimePoint instant);
  void settle();
  bool step();
  void look();
  void judge_due(Duration until);
  void look_at_expectations();
  void judge_the_end();
  bool is_over() const { return !outcome_.broken.empty(); }
  void fail(std::string what);
  Outcome conclude();

  bool has_ended(Duration now) const;
  void note(const Step& step, const std::string& message) {
    outcome_.notes.push_back(to_text(config::Error{story_.file, step.line, message}));
  }
  bool expectations_bind() const { return !options_.dies_at_passage && !options_.moves_faults; }

  const Story& story_;
  const PlayOptions& options_;
  Stage stage_;
  Outcome outcome_;
  std::vector<Check> checks_;  ///< Those to come, by time.
  std::size_t next_check_ = 0;
  std::vector<const Expectation*> awaited_;  ///< `eventually`, not seen yet.
  const Step* awaits_death_ = nullptr;       ///< Asked the node to die at a point.
};

Outcome Play::run() {
  arrange();
  const auto end = std::min(story_.length, options_.until.value_or(story_.length));
  const bool whole = advance_to(end) && !options_.until;
  if (whole && advance_to(story_.length + story_.drain)) judge_the_end();
  return conclude();
}

void Play::arrange() {
  stage_.keeps_deeds = options_.keeps_deeds;
  if (options_.keeps_chronicle) stage_.chronicler.emplace(story_.start);
  stage_.world.watch = [this](caf::resumable& job) { watch(job); };
  for (const auto& step : story_.steps) {
    if (step.is_expectation) {
      checks_.push_back({step.at, &step.text, step.phrase, &step.arguments, step.line});
      continue;
    }
    stage_.agenda.in_order(story_.start + step.at, [this, &step] {
      stage_.trace.line(stage_.world.now(), "story    " + step.text);
      if (stage_.chronicler) stage_.chronicler->note(step.at, step.text, !is_by_customers(step.phrase));
      if (is_breakage(step.phrase) && has_ended(step.at)) note(step, "all has ended by then: this meets nobody");
      perform(stage_, step.phrase, step.arguments);
      if (deed_phrases()[step.phrase].pattern == "kill node at POINT") awaits_death_ = &step;
    });
  }
  for (const auto& expectation : story_.expectations) {
    if (expectation.when == When::at)
      checks_.push_back(
          {expectation.time, &expectation.text, expectation.phrase, &expectation.arguments, expectation.line});
    if (expectation.when == When::eventually) awaited_.push_back(&expectation);
  }
  std::ranges::stable_sort(checks_, {}, &Check::at);
  for (std::size_t i = 0; i < story_.loads.size(); ++i) begin_load(stage_, stage_.customers, story_.loads[i], i + 1);
  if (options_.dies_at_passage) {
    stage_.machine.crash_anywhere = true;
    stage_.machine.crash_skips = *options_.dies_at_passage;
  }
}

/// Nobody is to come, nothing is under way, and nobody has been told of anything that still stands.
bool Play::has_ended(Duration now) const {
  const auto comes = [&](const Step& step) {
    return !step.is_expectation && is_by_customers(step.phrase) && step.at >= now;
  };
  if (std::ranges::any_of(story_.steps, comes) || stage_.customers.awaits_answers() || stage_.customers.all().empty())
    return false;
  if (std::ranges::any_of(story_.loads, [&](const Load& load) { return load.from + load.lasts > now; })) return false;
  const auto& disk = stage_.machine.disk;
  const auto rests = [](const auto& each) { return is_terminal(each.state); };
  return std::ranges::all_of(disk.orders,
                             [&](const auto& row) {
                               const Order& order = row.second;
                               return rests(order) && std::ranges::all_of(order.attempts, rests) &&
                                      std::ranges::all_of(order.refunds, rests);
                             }) &&
         std::ranges::none_of(disk.notices, [](const auto& row) { return row.second.state == NoticeState::due; }) &&
         std::ranges::all_of(disk.alerts, [](const AlertRecord& record) { return record.is_resolved(); }) &&
         std::ranges::all_of(disk.breakers, [](const auto& row) { return row.second.state == "closed"; }) &&
         disk.postings.empty();
}

/// Every message of every actor counts in the digest; with lines, it also reads.
void Play::watch(caf::resumable& job) {
  outcome_.messages += 1;
  auto* actor = dynamic_cast<caf::scheduled_actor*>(&job);
  if (actor == nullptr) return;
  stage_.trace.fold(static_cast<std::uint64_t>(unix_ms(stage_.world.now())));
  stage_.trace.fold(actor->id());
  if (!stage_.trace.keeps_lines()) return;
  const auto* element = actor->peek_at_next_mailbox_element();
  if (element == nullptr) return;
  auto& content = const_cast<caf::mailbox_element*>(element)->content();
  std::string text = std::string{"message  "} + actor->name() + " <-";
  for (std::size_t i = 0; i < content.size(); ++i) {
    const auto type = content.type(i);
    text += " " + (type.second != nullptr ? name_of_type(*type.second) : "of CAF's own");
    if (content.match_element<kit::Run>(i)) text += " " + std::string{content.get_as<kit::Run>(i).why};
  }
  stage_.trace.line(stage_.world.now(), text);
}

bool Play::step() {
  if (!stage_.world.step()) return false;
  if (!stage_.node->is_alive() && !stage_.node->is_buried()) stage_.bury_node();
  return true;
}

void Play::settle() {
  while (step()) {
  }
}

/// Lives from instant to instant up to `end`; true when nothing broke on the way.
bool Play::advance_to(Duration end) {
  settle();
  look();
  while (!is_over()) {
    auto& timers = stage_.world.timers;
    auto next = TimePoint::max();
    if (!stage_.agenda.empty()) next = stage_.agenda.next();
    if (!timers.empty()) next = std::min(next, timers.next());
    judge_due(std::min(next - story_.start, end + 1ms));
    if (is_over() || next > story_.start + end) break;
    live_through(next);
    look();
  }
  if (!is_over() && story_.start + end > stage_.world.now() && end <= story_.length)
    stage_.world.timers.turn_to(story_.start + end);
  return !is_over();
}

/// Everything of one instant happens, in an order the seed draws; actors run in between, as they get to it.
void Play::live_through(TimePoint instant) {
  auto& timers = stage_.world.timers;
  auto& agenda = stage_.agenda;
  timers.turn_to(instant);
  while (true) {
    const bool deed = !agenda.empty() && agenda.next() <= instant;
    const bool ring = !timers.empty() && timers.next() <= instant;
    if (!deed && !ring) {
      if (step()) continue;
      return;
    }
    if (deed && (!ring || agenda.roll() % 2 == 0))
      agenda.pop()();
    else
      timers.ring_next();
    if (!stage_.node->is_alive() && !stage_.node->is_buried()) stage_.bury_node();
    for (auto some = agenda.roll() % 8; some > 0 && step(); --some) {
    }
  }
}

void Play::look() {
  if (stage_.chronicler)
    stage_.promises.look([this](const JournalRow& row) { stage_.chronicler->read(row); });
  else
    stage_.promises.look();
  if (stage_.node->is_alive() && stage_.machine.store_is_up)
    stage_.promises.look_at_timers(stage_.world.now(), stage_.well_since);
  // Read is read: a day of a million orders would not fit into memory otherwise.
  stage_.machine.disk.journal.clear();
  stage_.promises.journal_was_cleared();
  for (auto& sentence : std::exchange(stage_.machine.broken, {})) stage_.promises.broken(std::move(sentence));
  for (const auto& sentence : stage_.promises.all_broken()) fail(sentence);
  look_at_expectations();
}

void Play::look_at_expectations() {
  for (const auto& expectation : story_.expectations) {
    if (expectation.when != When::always) continue;
    const auto verdict = judge(stage_.view(), expectation.phrase, expectation.arguments);
    if (!verdict.holds)
      fail(story_.file + ":" + std::to_string(expectation.line) + ": " + expectation.text + ", but " + verdict.found);
  }
  for (auto at = awaited_.begin(); at != awaited_.end();) {
    const auto& expectation = **at;
    const auto verdict = judge(stage_.view(), expectation.phrase, expectation.arguments);
    const bool late = expectations_bind() && stage_.elapsed() > expectation.time;
    if (!verdict.holds && late)
      fail(story_.file + ":" + std::to_string(expectation.line) + ": " + expectation.text + ", but " + verdict.found);
    at = verdict.holds || late ? awaited_.erase(at) : at + 1;
  }
}

void Play::judge_due(Duration until) {
  for (; next_check_ < checks_.size() && checks_[next_check_].at < until && !is_over(); ++next_check_) {
    if (!expectations_bind()) continue;
    const auto& check = checks_[next_check_];
    stage_.world.timers.turn_to(story_.start + check.at);
    const auto verdict = judge(stage_.view(), check.phrase, *check.arguments);
    if (!verdict.holds)
      fail(story_.file + ":" + std::to_string(check.line) + ": " + *check.text + ", but " + verdict.found);
  }
}

void Play::judge_the_end() {
  // What is still to come after so long is a promise to nobody.
  const auto& timers = stage_.world.timers;
  if (!stage_.agenda.empty() || !timers.empty())
    stage_.trace.line(stage_.world.now(), "rest     something is still to come");
  stage_.promises.look_at_rest(stage_.world.now());
  if (stage_.customers.gave_up() > 0)
    stage_.promises.broken(std::to_string(stage_.customers.gave_up()) + " requests were never answered for good");
  for (const auto& sentence : stage_.promises.all_broken()) fail(sentence);
  if (!expectations_bind()) return;
  for (const auto* expectation : awaited_) {
    const auto verdict = judge(stage_.view(), expectation->phrase, expectation->arguments);
    if (!verdict.holds)
      fail(story_.file + ":" + std::to_string(expectation->line) + ": " + expectation->text + ", but " + verdict.found);
  }
  for (const auto& expectation : story_.expectations) {
    if (expectation.when != When::at_the_end) continue;
    const auto verdict = judge(stage_.view(), expectation.phrase, expectation.arguments);
    if (!verdict.holds)
      fail(story_.file + ":" + std::to_string(expectation.line) + ": " + expectation.text + ", but " + verdict.found);
  }
}

void Play::fail(std::string what) {
  if (std::ranges::find(outcome_.broken, what) != outcome_.broken.end()) return;
  if (outcome_.broken.empty()) outcome_.broken_at = stage_.elapsed();
  stage_.trace.line(stage_.world.now(), "BROKEN   " + what);
  outcome_.broken.push_back(std::move(what));
  outcome_.broken_when.push_back(stage_.elapsed());
}

Outcome Play::conclude() {
  const auto& disk = stage_.machine.disk;
  outcome_.digest = stage_.trace.digest();
  outcome_.lasted = stage_.elapsed();
  outcome_.orders = std::ssize(disk.orders);
  outcome_.paid = std::ranges::count_if(disk.orders, [](const auto& o) { return o.second.state == OrderState::paid; });
  outcome_.events = stage_.promises.rows_seen();
  outcome_.notices = std::ssize(disk.notices);
  outcome_.deaths = stage_.deaths;
  if (awaits_death_ != nullptr && !stage_.machine.crash_at.empty() && !options_.until)
    note(*awaits_death_, "the node never passed this point after that, and did not die");
  outcome_.points_passed = stage_.machine.points_passed;
  outcome_.points_died_at = stage_.machine.points_died_at;
  outcome_.windows = stage_.windows | windows_of_the_end(stage_);
  outcome_.deeds = std::move(stage_.deeds);
  if (stage_.chronicler) outcome_.chronicle = std::move(*stage_.chronicler).finish(disk);
  outcome_.lines = stage_.trace.lines();
  stage_.world.watch = nullptr;
  return std::move(outcome_);
}

}  // namespace

Outcome play(const Story& story, const PlayOptions& options) {
  if (!options.moves_faults) return Play{story, options}.run();
  auto moved = story;
  move_faults(moved, options.seed);
  return Play{moved, options}.run();
}

}  // namespace tael::scenario
