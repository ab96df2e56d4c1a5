#include "runtime/scenario/words.hpp"

#include "runtime/config/nearest.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace tael::scenario {
namespace {

std::optional<std::int64_t> read_whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == ':' || c == '.' || c == '/';
  });
}

/// Reads what stands at `at`; the words it took, or 0 when it does not fit.
std::size_t read_slot(std::string_view slot, std::span<const std::string> words, std::size_t at, const Lexicon& lexicon,
                      Argument& out) {
  out.text = words[at];
  if (const auto listed = lexicon.find(slot); listed != lexicon.end())
    return std::ranges::find(listed->second, out.text) != listed->second.end() ? 1 : 0;
  if (slot == "MONEY") {
    const auto money = at + 1 < words.size() ? read_money(words[at], words[at + 1]) : std::nullopt;
    if (!money) return 0;
    out.money = *money;
    return 2;
  }
  if (slot == "LENGTH") {
    const auto length = read_story_length(out.text);
    if (length) out.length = *length;
    return length ? 1 : 0;
  }
  if (slot == "TIME") {
    const auto time = read_story_time(out.text);
    if (time) out.length = *time;
    return time ? 1 : 0;
  }
  if (slot == "COUNT" || slot == "PERCENT") {
    const bool percent = slot == "PERCENT";
    if (percent && !out.text.ends_with('%')) return 0;
    const auto number = read_whole(std::string_view{out.text}.substr(0, out.text.size() - (percent ? 1 : 0)));
    if (number) out.number = *number;
    return number && (!percent || *number <= 100) ? 1 : 0;
  }
  return is_name(out.text) ? 1 : 0;
}

std::string describe(std::string_view slot) {
  if (slot == "MONEY") return "an amount like 25.00 CNY";
  if (slot == "LENGTH") return "a length like 10s or 3h";
  if (slot == "TIME") return "a time like 00:10";
  if (slot == "COUNT") return "a whole number";
  if (slot == "PERCENT") return "a percentage like 95%";
  return "a name for " + std::string{slot};
}

}  // namespace

bool is_slot(std::string_view word) {
  return std::ranges::all_of(word, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

std::vector<std::string> split_words(std::string_view sentence) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : sentence) {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

Matched match(std::span<const Phrase> phrases, std::span<const std::string> words, const Lexicon& lexicon) {
  std::size_t furthest = 0;
  std::set<std::string> expected;  // At the furthest word anybody got to.
  const auto stuck = [&](std::size_t at, const std::vector<std::string>& wanted) {
    if (at < furthest) return;
    if (at > furthest) expected.clear();
    furthest = at;
    expected.insert(wanted.begin(), wanted.end());
  };
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    const auto pattern = split_words(phrases[i].pattern);
    Matched matched{i, {}, {}};
    std::size_t at = 0;
    bool fits = true;
    for (const auto& wanted : pattern) {
      if (at >= words.size()) {
        stuck(at, {wanted});
        fits = false;
        break;
      }
      std::size_t taken = 0;
      if (is_slot(wanted)) {
        Argument argument;
        taken = read_slot(wanted, words, at, lexicon, argument);
        if (taken == 0) {
          const auto listed = lexicon.find(wanted);
          if (listed != lexicon.end())
            stuck(at, listed->second);
          else
            stuck(at, {describe(wanted)});
        }
        matched.arguments.push_back(std::move(argument));
      } else {
        taken = wanted == words[at] ? 1 : 0;
        if (taken == 0) stuck(at, {wanted});
      }
      if (taken == 0) {
        fits = false;
        break;
      }
      at += taken;
    }
    if (fits && at == words.size()) return matched;
    if (fits) stuck(at, {"the end of the sentence"});
  }
  const std::vector<std::string> choices{expected.begin(), expected.end()};
  if (furthest >= words.size()) return {0, {}, "the sentence stops too early" + config::suggestion("", choices)};
  return {0, {}, "'" + words[furthest] + "' does not fit here" + config::suggestion(words[furthest], choices)};
}

std::optional<Money> read_money(std::string_view amount, std::string_view currency) {
  const auto known = Currency::parse(currency);
  if (!known) return std::nullopt;
  const auto point = amount.find('.');
  const auto digits = static_cast<std::size_t>(known->exponent());
  const auto fraction = point == std::string_view::npos ? std::string_view{} : amount.substr(point + 1);
  if (fraction.size() != digits || (digits == 0 && point != std::string_view::npos)) return std::nullopt;
  const auto minor = read_whole(std::string{amount.substr(0, point)} + std::string{fraction});
  if (!minor || *minor > amount_max) return std::nullopt;
  return Money{*minor, *known};
}

std::optional<Duration> read_story_length(std::string_view text) {
  const auto length = parse_duration(text);
  return length && *length < 10'000h ? length : std::nullopt;
}

std::optional<Duration> read_story_time(std::string_view text) {
  std::vector<std::int64_t> parts;
  std::int64_t ms = 0;
  if (const auto point = text.find('.'); point != std::string_view::npos) {
    const auto fraction = text.substr(point + 1);
    const auto value = read_whole(fraction);
    if (fraction.size() != 3 || !value) return std::nullopt;
    ms = *value;
    text = text.substr(0, point);
  }
  while (true) {
    const auto colon = text.find(':');
    const auto part = text.substr(0, colon);
    const auto value = read_whole(part);
    if (part.size() < 2 || part.size() > 4 || !value) return std::nullopt;
    parts.push_back(*value);
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
  }
  if (parts.size() < 2 || parts.size() > 3 || parts[1] > 59 || (parts.size() == 3 && parts[2] > 59))
    return std::nullopt;
  if (ms != 0 && parts.size() < 3) return std::nullopt;
  const auto seconds = parts[0] * 3600 + parts[1] * 60 + (parts.size() == 3 ? parts[2] : 0);
  return Duration{seconds * 1000 + ms};
}

std::string story_time(Duration since_start) {
  const auto ms = since_start.count();
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  auto text = two(ms / 3'600'000) + ":" + two(ms / 60'000 % 60) + ":" + two(ms / 1000 % 60);
  const auto rest = std::to_string(ms % 1000 + 1000);
  return text + "." + rest.substr(1);
}

std::string short_story_time(Duration since_start) {
  auto text = story_time(since_start);
  if (since_start % 1s == 0ms) text.resize(text.size() - 4);
  if (since_start % 1min == 0ms) text.resize(text.size() - 3);
  return text;
}

}  // namespace tael::scenario
