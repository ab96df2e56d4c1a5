// From YAML to a story, with every wrong told by file and line.
#include "runtime/config/nearest.hpp"
#include "runtime/scenario/sense.hpp"
#include "runtime/scenario/story.hpp"
#include "runtime/scenario/story_keys.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tael::scenario {
namespace {

using config::Yaml;

class Sheet {
 public:
  Sheet(Story& story, std::vector<config::Error>& errors) : story_(story), errors_(errors) {}

  void wrong(int line, std::string message) { errors_.push_back({story_.file, line, std::move(message)}); }

  bool known_keys(const Yaml& map, const std::vector<std::string>& keys) {
    if (map.kind != Yaml::Kind::map) return wrong(map.line, "must be a map of keys"), false;
    for (const auto& child : map.children)
      if (std::ranges::find(keys, child.key) == keys.end())
        wrong(child.key_line, "unknown key '" + config::shown(child.key) + "'" + config::suggestion(child.key, keys));
    return true;
  }

  void length(const Yaml& map, std::string_view key, Duration& out) {
    const auto* child = map.find(key);
    if (child == nullptr) return;
    const auto read = read_story_length(child->text);
    if (!read) return wrong(child->line, "'" + std::string{key} + "' must be a length like 10s or 3h");
    out = *read;
  }

  void percent(const Yaml& map, std::string_view key, int& out) {
    const auto* child = map.find(key);
    if (child == nullptr) return;
    const auto value = number_of(*child, "%");
    if (!value || *value > 100) return wrong(child->line, "'" + std::string{key} + "' must be a percentage like 5%");
    out = static_cast<int>(*value);
  }

  std::optional<std::int64_t> number_of(const Yaml& yaml, std::string_view unit) {
    std::string_view text = yaml.text;
    if (yaml.kind != Yaml::Kind::scalar || !text.ends_with(unit)) return std::nullopt;
    text.remove_suffix(unit.size());
    std::int64_t value = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (bad != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
  }

  /// `30x`.
  std::optional<std::int64_t> times_of(const Yaml& yaml) {
    const auto value = number_of(yaml, "x");
    if (value && *value > 0) return value;
    return wrong(yaml.line, "'" + yaml.key + "' reads like 30x"), std::nullopt;
  }

  /// `50/s`, `3000/min`, `10/h`, per hour.
  std::optional<std::int64_t> rate_of(const Yaml& yaml) {
    for (const auto& [unit, per_hour] : {std::pair{"/s", 3600}, std::pair{"/min", 60}, std::pair{"/h", 1}})
      if (const auto value = number_of(yaml, unit)) return *value * per_hour;
    return std::nullopt;
  }

  void steps(const Yaml& list, bool are_faults);
  void expectations(const Yaml& list);
  void load(const Yaml& map);

  Lexicon lexicon;

 private:
  void step(const Yaml& item, bool are_faults);
  void expectation(const Yaml& item);
  bool segments(const Yaml& map, Load& load);

  Story& story_;
  std::vector<config::Error>& errors_;
};

void Sheet::steps(const Yaml& list, bool are_faults) {
  if (list.kind != Yaml::Kind::list) return wrong(list.line, "must be a list of sentences, each with its time");
  for (const auto& item : list.children) step(item, are_faults);
}

void Sheet::step(const Yaml& item, bool are_faults) {
  if (item.kind != Yaml::Kind::scalar) return wrong(item.line, "must be one sentence; a ': ' in it wants quotes");
  std::string error;
  auto step = read_step(item.text, lexicon, error);
  if (!step) return wrong(item.line, error);
  step->line = item.line;
  step->is_fault = are_faults;
  story_.steps.push_back(std::move(*step));
}

void Sheet::expectations(const Yaml& list) {
  if (list.kind != Yaml::Kind::list) return wrong(list.line, "must be a list of sentences");
  for (const auto& item : list.children) expectation(item);
}

/// `always FACT`, `eventually FACT within LENGTH`, `at TIME FACT`, `at the end FACT`.
void Sheet::expectation(const Yaml& item) {
  if (item.kind != Yaml::Kind::scalar) return wrong(item.line, "must be one sentence; a ': ' in it wants quotes");
  auto words = split_words(item.text);
  Expectation expectation{.line = item.line, .arguments = {}, .text = item.text};
  const auto drop = [&](std::size_t count) { words.erase(words.begin(), words.begin() + static_cast<long>(count)); };
  if (words.size() > 1 && words[0] == "always") {
    expectation.when = When::always;
    drop(1);
  } else if (words.size() > 3 && words[0] == "eventually" && words[words.size() - 2] == "within") {
    const auto within = read_story_length(words.back());
    if (!within) return wrong(item.line, "'within' wants a length since the story's start, like 10s or 3h");
    expectation.when = When::eventually;
    expectation.time = *within;
    words.resize(words.size() - 2);
    drop(1);
  } else if (words.size() > 3 && words[0] == "at" && words[1] == "the" && words[2] == "end") {
    drop(3);
  } else if (words.size() > 2 && words[0] == "at" && read_story_time(words[1])) {
    expectation.when = When::at;
    expectation.time = read_story_time(words[1]).value_or(Duration{});
    drop(2);
  } else {
    return wrong(item.line,
                 "an expectation reads 'always FACT', 'eventually FACT within LENGTH', 'at TIME FACT' or 'at the end "
                 "FACT'");
  }
  auto matched = match(fact_phrases(), words, lexicon);
  if (!matched.error.empty()) return wrong(item.line, matched.error);
  if (const auto why = why_it_says_nothing(matched.phrase, matched.arguments); !why.empty())
    return wrong(item.line, why);
  expectation.phrase = matched.phrase;
  expectation.arguments = std::move(matched.arguments);
  story_.expectations.push_back(std::move(expectation));
}

/// `orders: N`, or the trace that `arrivals` names, followed at its `speed`.
bool Sheet::segments(const Yaml& map, Load& load) {
  const auto *orders = map.find("orders"), *arrivals = map.find("arrivals"), *speed = map.find("speed");
  if ((orders != nullptr) + (arrivals != nullptr) + (map.find("rate") != nullptr) > 1)
    return wrong(map.line, "a load has one of 'rate', 'orders' and 'arrivals'"), false;
  if (const auto* end = map.find("rate_at_end"); end != nullptr && (orders != nullptr || arrivals != nullptr))
    return wrong(end->line, "'rate_at_end' is for a load with a 'rate'"), false;
  if (speed != nullptr && arrivals == nullptr) return wrong(speed->line, "'speed' is for a trace of 'arrivals'"), false;
  if (orders != nullptr) {
    const auto count = number_of(*orders, "");
    if (!count || *count == 0 || load.lasts == 0ms)
      return wrong(orders->line, "'orders' must be a whole number above 0, and 'for' longer than nothing"), false;
    load.segments = {{load.lasts, *count}};
  }
  if (arrivals == nullptr) return true;
  if (map.find("for") != nullptr)
    return wrong(arrivals->line, "a trace of 'arrivals' has its own length, not 'for'"), false;
  const auto times = speed == nullptr ? 1 : times_of(*speed).value_or(0);
  if (times == 0) return false;
  const auto file = std::filesystem::path{story_.file}.parent_path() / arrivals->text;
  std::ifstream in{file};
  if (!in)
    return wrong(arrivals->line, "'" + config::shown(arrivals->text) + "' cannot be read beside this file"), false;
  int line = 0;
  for (std::string text; std::getline(in, text);) {
    line += 1;
    if (text.empty() || text.front() == '#') continue;
    const auto comma = text.find(',');
    Yaml minute, count;
    minute.kind = count.kind = Yaml::Kind::scalar;
    minute.text = text.substr(0, comma);
    count.text = comma == std::string::npos ? "" : text.substr(comma + 1);
    const auto no = number_of(minute, ""), arrived = number_of(count, "");
    if (!no || !arrived || *no != std::ssize(load.segments)) {
      errors_.push_back({file.string(), line, "must read MINUTE,ORDERS with minutes counted from 0"});
      return false;
    }
    load.segments.push_back({Duration{60'000 / times}, *arrived});
  }
  if (load.segments.empty()) return wrong(arrivals->line, "nobody arrives in this trace"), false;
  load.lasts = std::ssize(load.segments) * load.segments.front().length;
  return true;
}

void Sheet::load(const Yaml& map) {
  if (!known_keys(map, keys_of("load"))) return;
  Load load;
  load.line = map.line;
  const auto& businesses = story_.config.businesses;
  const auto* business = map.find("business");
  if (business == nullptr || !businesses.contains(business->text))
    return wrong(map.line, "'business' must be one of the configured businesses");
  load.business = business->text;
  for (auto [key, out] : {std::pair{"rate", &load.per_hour}, std::pair{"rate_at_end", &load.per_hour_at_end}})
    if (const auto* child = map.find(key)) {
      const auto rate = rate_of(*child);
      if (!rate || *rate == 0) return wrong(child->line, "a rate reads like 50/s, 300/min or 10/h");
      *out = *rate;
    }
  if (const auto* from = map.find("from")) {
    const auto at = read_story_time(from->text);
    if (!at) return wrong(from->line, "'from' must be a time like 00:10");
    load.from = *at;
  }
  length(map, "for", load.lasts);
  if (!segments(map, load)) return;
  length(map, "pay_after", load.pay_after);
  percent(map, "never", load.never_percent);
  percent(map, "twice", load.twice_percent);
  percent(map, "refund", load.refund_percent);
  percent(map, "close", load.close_percent);
  if (const auto* amount = map.find("amount")) {
    const auto words = split_words(amount->text);
    const auto money = words.size() == 2 ? read_money(words[0], words[1]) : std::nullopt;
    if (!money || money->amount == 0) return wrong(amount->line, "'amount' must be an amount like 25.00 CNY");
    load.amount = *money;
  }
  const auto& paths = businesses.at(load.business).paths;
  if (const auto* mix = map.find("mix")) {
    if (mix->kind != Yaml::Kind::map) return wrong(mix->line, "'mix' must be a map of paths and their shares");
    for (const auto& share : mix->children) {
      const auto weight = number_of(share, "%");
      if (!weight) return wrong(share.line, "a share of the mix reads like 70%");
      if (std::ranges::find(paths, share.key) == paths.end())
        return wrong(share.key_line,
                     load.business + " may not use '" + share.key + "'" + config::suggestion(share.key, paths));
      load.mix.emplace_back(share.key, *weight);
    }
    if (std::ranges::all_of(load.mix, [](const auto& share) { return share.second == 0; }))
      return wrong(mix->line, "somebody must come: every share of the mix is 0%");
  } else if (paths.empty()) {
    return wrong(map.line, load.business + " has no path to pay by");
  } else {
    load.mix.emplace_back(paths.front(), 100);
  }
  story_.loads.push_back(std::move(load));
}

void read_clock(Sheet& sheet, const Yaml& map, Story& story) {
  if (!sheet.known_keys(map, keys_of("clock"))) return;
  if (const auto* start = map.find("start")) {
    const auto at = parse_rfc3339(start->text);
    if (!at) return sheet.wrong(start->line, "'start' must be a time like 2026-11-11T00:00:00.000+08:00");
    story.start = *at;
  }
  sheet.length(map, "length", story.length);
  sheet.length(map, "drain", story.drain);
  if (const auto* live = map.find("live")) story.live_speed = sheet.times_of(*live).value_or(1);
}

}  // namespace

std::optional<Step> read_step(const std::string& text, const Lexicon& lexicon, std::string& error) {
  auto words = split_words(text);
  const auto at = words.empty() ? std::nullopt : read_story_time(words.front());
  if (!at) return error = "a sentence begins with its time since the start, like 00:10 for ten minutes", std::nullopt;
  words.erase(words.begin());
  Step step{.at = *at, .arguments = {}, .text = text};
  step.is_expectation = !words.empty() && words.front() == "expect";
  if (step.is_expectation) words.erase(words.begin());
  auto matched = match(step.is_expectation ? fact_phrases() : deed_phrases(), words, lexicon);
  if (!matched.error.empty()) return error = std::move(matched.error), std::nullopt;
  step.phrase = matched.phrase;
  step.arguments = std::move(matched.arguments);
  if (!step.is_expectation) error = why_it_does_nothing(step.phrase, step.arguments);
  if (step.is_expectation) error = why_it_says_nothing(step.phrase, step.arguments);
  if (!error.empty()) return std::nullopt;
  return step;
}

Duration length_of(const Story& story) {
  Duration length{0};
  for (const auto& step : story.steps) length = std::max(length, step.at);
  for (const auto& load : story.loads) length = std::max(length, load.from + load.lasts);
  for (const auto& expectation : story.expectations)
    if (expectation.when == When::at) length = std::max(length, expectation.time);
  return length;
}

StoryRead read_story_text(const std::string& text, const std::string& file, const std::string& config_folder,
                          Secrets secrets) {
  StoryRead read;
  const auto root = config::parse_yaml(text, file, read.errors);
  if (!read.errors.empty()) return read;
  Story story;
  story.file = file;
  Sheet sheet{story, read.errors};
  if (!sheet.known_keys(root, keys_of(""))) return read;
  const auto* why = root.find("why");
  if (why == nullptr || why->text.empty()) sheet.wrong(1, "'why' is missing: what would hurt if this failed?");
  if (why != nullptr) story.why = why->text;

  std::string folder = story.played_on = config_folder;
  const Yaml* changes = nullptr;
  if (const auto* given = root.find("given"); given != nullptr && sheet.known_keys(*given, keys_of("given"))) {
    if (const auto* other = given->find("folder")) folder = story.folder = other->text;
    changes = given->find("config");
    if (changes != nullptr) story.changes = flow_of(*changes);
    sheet.length(*given, "commit_takes", story.commit_takes);
  }
  auto loaded = load_with_changes(folder, changes, file, secrets);
  read.errors.insert(read.errors.end(), loaded.errors.begin(), loaded.errors.end());
  if (!loaded.config) return read;
  story.config = std::move(*loaded.config);
  sheet.lexicon = lexicon_of(story.config);

  if (const auto* clock = root.find("clock")) read_clock(sheet, *clock, story);
  if (const auto* seed = root.find("seed")) {
    const auto value = sheet.number_of(*seed, "");
    if (!value) sheet.wrong(seed->line, "'seed' must be a whole number");
    story.seed = static_cast<std::uint64_t>(value.value_or(1));
  }
  if (const auto* load = root.find("load")) {
    if (load->kind == Yaml::Kind::list)
      for (const auto& one : load->children) sheet.load(one);
    else
      sheet.load(*load);
  }
  for (const auto* key : {"faults", "script"})
    if (const auto* list = root.find(key)) sheet.steps(*list, key == std::string_view{"faults"});
  if (const auto* expect = root.find("expect")) sheet.expectations(*expect);
  if (story.steps.empty() && story.loads.empty()) sheet.wrong(1, "nothing happens: there is no script and no load");
  std::ranges::stable_sort(story.steps, {}, [](const Step& step) { return std::pair{step.at, step.line}; });
  look_for_sense(story, read);
  story.length = std::max(story.length, length_of(story));
  std::ranges::sort(read.errors);
  if (read.errors.empty()) read.story = std::move(story);
  return read;
}

StoryRead read_story(const std::string& file, const std::string& config_folder, Secrets secrets) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) return {{}, {{file, 1, "cannot be read, or is empty"}}};
  return read_story_text(text.str(), file, config_folder, secrets);
}

}  // namespace tael::scenario
