// Sentences of a story: patterns of fixed words and slots in capitals, matched word by word. One table of patterns both
// parses the sentences and prints the vocabulary, so the two cannot disagree.
#pragma once

#include "actors/domain/money.hpp"
#include "actors/domain/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tael::scenario {

/// A pattern like `BUSINESS creates ORDER for MONEY`, with an example and what it means.
struct Phrase {
  std::string_view pattern, example, meaning;
};

/// What stood in a slot. Which of the values is set depends on the slot.
struct Argument {
  std::string text;
  std::int64_t number = 0;
  Money money;
  Duration length{0};
};
using Arguments = std::vector<Argument>;

/// The words a slot takes in this story: codes of the configuration, names of enumerators.
using Lexicon = std::map<std::string, std::vector<std::string>, std::less<>>;

struct Matched {
  std::size_t phrase = 0;  ///< Index of the pattern.
  Arguments arguments;     ///< One per slot, in the order of the pattern.
  std::string error;       ///< Why nothing matched; empty when something did.
};

/// Whether a word of a pattern is a slot, and so has an argument.
bool is_slot(std::string_view word);
std::vector<std::string> split_words(std::string_view sentence);

/// The pattern that fits all of `words`, or what was expected where the best one stopped fitting.
Matched match(std::span<const Phrase> phrases, std::span<const std::string> words, const Lexicon& lexicon);

/// `25.00` and `CNY`; nothing when it is no amount in minor units of a known currency; nought is one.
std::optional<Money> read_money(std::string_view amount, std::string_view currency);

/// `10s` or `3h`; no longer than a time of a story can be, so that a time and a length are always a time.
std::optional<Duration> read_story_length(std::string_view text);
/// A time since the start of a story: `00:10`, `36:00`, `00:00:02`, `00:00:02.500`.
std::optional<Duration> read_story_time(std::string_view text);
std::string story_time(Duration since_start);
/// Without seconds or milliseconds where they are nought.
std::string short_story_time(Duration since_start);

}  // namespace tael::scenario
