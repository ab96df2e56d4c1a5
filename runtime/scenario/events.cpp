#include "runtime/scenario/events.hpp"

#include "runtime/scenario/report.hpp"
#include "runtime/scenario/words.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

namespace tael::scenario {
namespace {

struct Event {
  Duration at{0};
  boost::json::object what;
};

std::vector<Event> events_of(const Chronicle& chronicle) {
  std::vector<Event> events;
  for (const auto& [second, orders] : chronicle.seconds)
    events.push_back({second * 1s,
                      {{"event", "orders"},
                       {"created", orders.created},
                       {"paid", orders.paid},
                       {"closed", orders.closed},
                       {"refunded", orders.refunded}}});
  for (const auto& [path, seconds] : chronicle.paths)
    for (const auto& [second, calls] : seconds)
      events.push_back({second * 1s, {{"event", "calls"}, {"path", path}, {"good", calls.good}, {"bad", calls.bad}}});
  for (const auto& move : chronicle.breaker_moves)
    events.push_back({move.at,
                      {{"event", "breaker_moved"},
                       {"scope", move.path},
                       {"state", move.state},
                       {"static_switch", move.static_switch},
                       {"cause", move.cause}}});
  for (const auto& happening : chronicle.happenings) {
    boost::json::object what{{"event", happening.is_fault ? "fault" : "sentence"}, {"text", happening.text}};
    if (happening.until > happening.at) what["until"] = story_time(happening.until);
    events.push_back({happening.at, std::move(what)});
  }
  return events;
}

}  // namespace

void write_events(std::ostream& out, const Played& played) {
  auto events = played.outcome.chronicle ? events_of(*played.outcome.chronicle) : std::vector<Event>{};
  for (const auto& promise : played.outcome.broken)
    events.push_back({played.outcome.broken_at, {{"event", "broken"}, {"promise", promise}}});
  std::ranges::stable_sort(events, {}, &Event::at);
  for (auto& [at, what] : events) {
    boost::json::object line{{"file", played.story->file}, {"seed", played.options.seed}, {"at", story_time(at)}};
    for (auto& [name, value] : what) line[name] = std::move(value);
    out << serialize(line) << "\n";
  }
}

}  // namespace tael::scenario
