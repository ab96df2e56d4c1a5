#include "runtime/scenario/story_keys.hpp"

#include <array>

namespace tael::scenario {
namespace {

constexpr std::string_view length = "^[0-9]+(ms|s|min|h|d)$";
constexpr std::string_view percent = "^(100|[0-9]{1,2})%$";
constexpr std::string_view rate = "^[1-9][0-9]*/(s|min|h)$";
constexpr std::string_view time_of_story = "^[0-9]{2,4}:[0-5][0-9](:[0-5][0-9](\\.[0-9]{3})?)?$";
constexpr std::string_view times = "^[1-9][0-9]*x$";
constexpr std::string_view whole = "^[0-9]+$";
constexpr std::string_view text;
constexpr std::string_view sentences = "[]", map = "{}", load = "load";

// clang-format off
constexpr auto table = std::to_array<StoryKey>({
  {"",      "why",          text,          "a lost callback must not leave a payer at the till", "what would hurt if this failed; without it the file is refused"},
  {"",      "given",        map,           "{commit_takes: 9ms}",          "the world it begins in"},
  {"",      "load",         load,          "{business: bakery, rate: 5/s, for: 10min}", "arrivals; one map, or a list of them"},
  {"",      "faults",       sentences,     "[00:01 kill node]",            "what goes wrong, one sentence each; exploring moves these to other times"},
  {"",      "script",       sentences,     "[00:00 bakery creates o-1 for 25.00 CNY]", "what happens, one sentence each with its time since the start"},
  {"",      "expect",       sentences,     "[at the end every order is finished]", "what must hold, one sentence each"},
  {"",      "seed",         whole,         "7",                            "of every choice; default 1"},
  {"",      "clock",        map,           "{length: 1h}",                 "when it begins and how long it lasts"},

  {"given", "folder",       text,          "config",                       "the configuration it plays on; default the real one"},
  {"given", "config",       map,           "{channels/aurora: {deadline: 5s}}", "changes laid over the configuration's files"},
  {"given", "commit_takes", length,        "4ms",                          "about how long the store needs for a commit"},

  {"load",  "business",     text,          "bakery",                       "whose orders these are"},
  {"load",  "rate",         rate,          "50/s",                         "orders per second, minute or hour; default 1/s"},
  {"load",  "rate_at_end",  rate,          "5/s",                          "makes the rate a ramp that ends here"},
  {"load",  "orders",       whole,         "100000",                       "exactly so many, instead of a rate"},
  {"load",  "arrivals",     text,          "arrivals/a_shop_day.csv",      "a trace to follow instead: a file of lines MINUTE,ORDERS beside this one"},
  {"load",  "speed",        times,         "100x",                         "how much faster than it was the trace is followed"},
  {"load",  "from",         time_of_story, "00:05",                        "when they begin to come; default at once"},
  {"load",  "for",          length,        "10min",                        "how long they come; default 1min"},
  {"load",  "mix",          map,           "{aurora/qr/cmb: 70%, borealis/qr/ccb: 30%}", "the paths payers choose; default the business's first"},
  {"load",  "amount",       "^[0-9]+(\\.[0-9]+)? [A-Z]{3}$", "25.00 CNY",  "of each order; its last digits can ask for trouble"},
  {"load",  "pay_after",    length,        "5s",                           "payers take up to twice this"},
  {"load",  "never",        percent,       "5%",                           "payers who walk away"},
  {"load",  "twice",        percent,       "2%",                           "payers who pay by a second path too"},
  {"load",  "refund",       percent,       "8%",                           "orders of which half is refunded after a minute"},
  {"load",  "close",        percent,       "3%",                           "orders their business closes while the payer decides"},

  {"clock", "start",        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$", "2026-11-11T00:00:00.000+08:00", "when it is when the story begins, with its zone"},
  {"clock", "length",       length,        "24h",                          "how long it lasts at least; it never ends before its last sentence"},
  {"clock", "drain",        length,        "48h",                          "how long the world may take to come to rest"},
  {"clock", "live",         times,         "30x",                          "how much faster its times pass when it is played on a real node; default 1x"},
});
// clang-format on

}  // namespace

std::span<const StoryKey> story_keys() { return table; }

std::vector<std::string> keys_of(std::string_view section) {
  std::vector<std::string> keys;
  for (const auto& key : table)
    if (key.section == section) keys.emplace_back(key.name);
  return keys;
}

}  // namespace tael::scenario
