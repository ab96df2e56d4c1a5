#include "runtime/scenario/shrink.hpp"

#include "runtime/scenario/vocabulary.hpp"

#include <algorithm>
#include <chrono>
#include <set>

namespace tael::scenario {
namespace {

using Wall = std::chrono::steady_clock;

constexpr std::string_view kill_sentence = " kill node after ";

/// A sentence of a script without its time, which shrinking changes.
std::string_view without_time(std::string_view text) {
  const auto space = text.find(' ');
  return space != std::string_view::npos && read_story_time(text.substr(0, space)) ? text.substr(space + 1) : text;
}

/// Orders that sentences of the story create.
std::vector<std::string> orders_in(const Story& story) {
  std::vector<std::string> orders;
  for (const auto& step : story.steps) {
    const auto words = split_words(step.text);
    if (words.size() > 3 && words[2] == "creates") orders.push_back(words[3]);
  }
  return orders;
}

class Shrinker {
 public:
  Shrinker(const ShrinkBudget& budget, const std::function<void(const std::string&)>& progress)
      : budget_(budget), progress_(progress) {}

  Shrunk run(const Story& story, const PlayOptions& options);

 private:
  bool begin(const Story& story, const PlayOptions& options);
  bool fails(Story& candidate);
  bool fails_with(Story& candidate, std::uint64_t seed);
  bool accept(Story candidate);
  bool has_budget() const {
    return plays_ < budget_.plays_max &&
           std::chrono::duration<double>(Wall::now() - began_).count() < budget_.seconds_max;
  }
  void tell(const std::string& what) const;

  void keep_the_broken_expectation();
  void kill_by_a_sentence(int passage);
  void write_loads_out();
  bool smaller_loads();
  bool fewer_orders();
  bool fewer_steps();
  bool shorter();
  /// Removes as many of `count` things as it can, big pieces first; `without(from, to)` is the story without a piece.
  template <class Without>
  bool remove_pieces(std::size_t count, Without without);

  const ShrinkBudget& budget_;
  const std::function<void(const std::string&)>& progress_;
  Wall::time_point began_ = Wall::now();
  Story best_;
  std::string promise_;
  std::vector<std::string> deeds_;
  double play_seconds_ = 0;  ///< What a play of the best takes.
  int plays_ = 0;
};

bool Shrinker::fails_with(Story& candidate, std::uint64_t seed) {
  plays_ += 1;
  const auto began = Wall::now();
  const auto outcome = play(candidate, {.seed = seed});
  if (std::ranges::none_of(outcome.broken, [&](const std::string& broken) { return promise_of(broken) == promise_; }))
    return false;
  candidate.seed = seed;
  play_seconds_ = std::chrono::duration<double>(Wall::now() - began).count();
  return true;
}

/// A smaller story takes its turns in another order, so it is given some seeds, and a planned death other passages.
bool Shrinker::fails(Story& candidate) {
  const int tries = std::clamp(static_cast<int>(0.5 / std::max(play_seconds_, 1e-4)), 2, 40);
  const auto kill = std::ranges::find_if(
      candidate.steps, [](const Step& step) { return step.text.find(kill_sentence) != std::string::npos; });
  for (int i = 0; i < tries && has_budget(); ++i) {
    const auto seed = best_.seed + static_cast<std::uint64_t>(i);
    if (kill != candidate.steps.end() && i > 0) {
      const auto& was = kill->arguments.front().number;
      const auto passage = i % 2 == 0 ? std::max<std::int64_t>(0, was - i / 2) : static_cast<std::int64_t>(i / 2);
      kill->arguments.front().number = passage;
      kill->text = short_story_time(kill->at) + std::string{kill_sentence} + std::to_string(passage) + " passages";
    }
    if (fails_with(candidate, seed)) return true;
  }
  return false;
}

bool Shrinker::accept(Story candidate) {
  if (!has_budget()) return false;
  candidate.length = length_of(candidate);
  if (!fails(candidate)) return false;
  best_ = std::move(candidate);
  return true;
}

bool Shrinker::begin(const Story& story, const PlayOptions& options) {
  auto first = options;
  first.keeps_deeds = true;
  const auto outcome = play(story, first);
  plays_ += 1;
  if (outcome.holds()) return false;
  promise_ = promise_of(outcome.broken.front());
  deeds_ = outcome.deeds;
  best_ = story;
  best_.seed = options.seed;
  for (auto& load : best_.loads) {  // A trace becomes one segment; what it leads to is tried, not assumed.
    std::int64_t orders = 0;
    for (const auto& segment : load.segments) orders += segment.orders;
    if (!load.segments.empty()) load.segments = {{load.lasts, orders}};
  }
  if (options.moves_faults) move_faults(best_, options.seed);
  return true;
}

/// Others may break first in a smaller story, and would hide it.
void Shrinker::keep_the_broken_expectation() {
  auto candidate = best_;
  std::erase_if(candidate.expectations,
                [&](const Expectation& expectation) { return promise_.find(expectation.text) == std::string::npos; });
  std::erase_if(candidate.steps, [&](const Step& step) {
    return step.is_expectation && promise_.find(without_time(step.text)) == std::string::npos;
  });
  if (fails_with(candidate, best_.seed)) best_ = std::move(candidate);
}

void Shrinker::kill_by_a_sentence(int passage) {
  const auto lexicon = lexicon_of(best_.config);
  for (const int shift : {0, -1, 1, -2, 2, -3, 3, -4, 4}) {
    auto candidate = best_;
    std::string error;
    auto step =
        read_step("00:00" + std::string{kill_sentence} + std::to_string(std::max(0, passage + shift)) + " passages",
                  lexicon, error);
    if (!step) return;
    step->is_fault = true;
    candidate.steps.insert(candidate.steps.begin(), std::move(*step));
    candidate.expectations.clear();
    std::erase_if(candidate.steps, [](const Step& each) { return each.is_expectation; });
    if (fails_with(candidate, best_.seed)) {
      best_ = std::move(candidate);
      return;
    }
  }
}

/// Arrivals by a rate become sentences, so that single orders can be left out.
void Shrinker::write_loads_out() {
  if (best_.loads.empty() || deeds_.empty() || deeds_.size() > 20'000) return;
  const auto lexicon = lexicon_of(best_.config);
  auto candidate = best_;
  candidate.loads.clear();
  std::string error;
  for (const auto& deed : deeds_)
    if (auto step = read_step(deed, lexicon, error)) candidate.steps.push_back(std::move(*step));
  std::ranges::stable_sort(candidate.steps, {}, &Step::at);
  if (accept(std::move(candidate))) tell("the load is written out");
}

template <class Without>
bool Shrinker::remove_pieces(std::size_t count, Without without) {
  bool any = false;
  for (auto piece = std::max<std::size_t>(1, count / 2); count > 0; piece = std::min(piece / 2, count)) {
    if (piece == 0) break;
    for (std::size_t from = 0; from < count && has_budget();) {
      const auto to = std::min(count, from + piece);
      if (accept(without(from, to))) {
        count -= to - from;
        any = true;
      } else {
        from = to;
      }
    }
    if (piece == 1) break;
  }
  return any;
}

bool Shrinker::fewer_orders() {
  const auto before = orders_in(best_).size();
  const bool any = remove_pieces(before, [&](std::size_t from, std::size_t to) {
    const auto orders = orders_in(best_);
    const std::set<std::string> gone{orders.begin() + static_cast<long>(from), orders.begin() + static_cast<long>(to)};
    auto candidate = best_;
    std::erase_if(candidate.steps, [&](const Step& step) {
      return std::ranges::any_of(split_words(step.text), [&](const std::string& word) { return gone.contains(word); });
    });
    return candidate;
  });
  if (any) tell("fewer orders");
  return any;
}

bool Shrinker::fewer_steps() {
  const bool any = remove_pieces(best_.steps.size(), [&](std::size_t from, std::size_t to) {
    auto candidate = best_;
    candidate.steps.erase(candidate.steps.begin() + static_cast<long>(from),
                          candidate.steps.begin() + static_cast<long>(to));
    return candidate;
  });
  if (any) tell("fewer sentences");
  return any;
}

bool Shrinker::smaller_loads() {
  bool any = remove_pieces(best_.loads.size(), [&](std::size_t from, std::size_t to) {
    auto candidate = best_;
    candidate.loads.erase(candidate.loads.begin() + static_cast<long>(from),
                          candidate.loads.begin() + static_cast<long>(to));
    return candidate;
  });
  const auto try_change = [&](std::size_t no, auto change) {
    auto candidate = best_;
    if (!change(candidate.loads[no])) return false;
    return accept(std::move(candidate)) && (any = true);
  };
  for (std::size_t no = 0; no < best_.loads.size(); ++no) {
    while (try_change(no, [](Load& load) {
      load.lasts /= 2;
      for (auto& segment : load.segments) segment = {load.lasts, segment.orders / 2};
      return load.lasts >= 1s;
    })) {
    }
    while (try_change(no, [](Load& load) {
      for (auto& segment : load.segments) segment.orders /= 2;
      load.per_hour_at_end /= 2;
      return (load.per_hour /= 2) >= 1;
    })) {
    }
    for (const auto percent : {&Load::never_percent, &Load::twice_percent, &Load::refund_percent, &Load::close_percent})
      try_change(no, [&](Load& load) { return std::exchange(load.*percent, 0) != 0; });
    for (std::size_t share = best_.loads[no].mix.size(); share-- > 0 && best_.loads[no].mix.size() > 1;)
      try_change(no, [&](Load& load) { return load.mix.erase(load.mix.begin() + static_cast<long>(share)), true; });
  }
  if (any) tell("less load");
  return any;
}

bool Shrinker::shorter() {
  bool any = false;
  const auto try_times = [&](auto time_of) {
    auto candidate = best_;
    bool changed = false;
    for (auto& step : candidate.steps) {
      const auto at = time_of(step.at);
      changed = changed || at != step.at;
      set_time(step, at);
    }
    return changed && accept(std::move(candidate)) && (any = true);
  };
  // Whole minutes and seconds read best; then less waiting between sentences.
  try_times([](Duration at) { return Duration{at / 1min * 1min}; });
  try_times([](Duration at) { return Duration{at / 1s * 1s}; });
  for (std::size_t no = 0; no < best_.steps.size() && has_budget(); ++no) {
    const auto before = no == 0 ? 0ms : best_.steps[no - 1].at;
    const auto gap = best_.steps[no].at - before;
    for (const Duration less : {Duration{0}, Duration{1s}, gap / 4 / 1s * Duration{1s}})
      if (less < gap &&
          try_times([&, from = best_.steps[no].at](Duration at) { return at >= from ? at - gap + less : at; }))
        break;
  }
  if (any) tell("shorter");
  return any;
}

Shrunk Shrinker::run(const Story& story, const PlayOptions& options) {
  if (!begin(story, options)) return {story, {}, plays_};
  if (options.dies_at_passage) kill_by_a_sentence(*options.dies_at_passage);
  keep_the_broken_expectation();
  write_loads_out();
  // Each gives the others a new chance; times change nothing that these look at.
  while (has_budget()) {
    const bool loads = smaller_loads();
    const bool orders = fewer_orders();
    if (!fewer_steps() && !orders && !loads) break;
  }
  shorter();
  fewer_steps();
  return {std::move(best_), promise_, plays_};
}

void Shrinker::tell(const std::string& what) const {
  std::size_t faults = 0;
  for (const auto& step : best_.steps) faults += step.is_fault ? 1 : 0;
  progress_(what + ": " + std::to_string(best_.steps.size()) + " sentences about " +
            std::to_string(orders_in(best_).size()) + " orders, " + std::to_string(faults) + " of them faults" +
            (best_.loads.empty() ? "" : ", and a load") + " (" + std::to_string(plays_) + " plays)");
}

}  // namespace

std::string promise_of(const std::string& broken) {
  std::string_view text = broken;
  // `FILE:LINE: ` of an expectation; a file's name may hold anything.
  const auto expectation = text.find(": ");
  if (expectation != std::string_view::npos && text.substr(0, expectation).find(".yaml:") != std::string_view::npos)
    text.remove_prefix(expectation + 2);
  text = without_time(text);
  const auto found = text.rfind(", but ");
  const auto kept = found == std::string_view::npos ? 0 : found;
  std::string promise{text.substr(0, kept)};
  for (const auto& word : split_words(text.substr(kept))) {
    const bool varies = word.find_first_of("0123456789") != std::string::npos;
    promise += (promise.empty() || word.starts_with(',') ? "" : " ") + (varies ? std::string{"#"} : word);
  }
  return promise;
}

Shrunk shrink(const Story& story, const PlayOptions& options, const ShrinkBudget& budget,
              const std::function<void(const std::string&)>& progress) {
  return Shrinker{budget, progress}.run(story, options);
}

}  // namespace tael::scenario
