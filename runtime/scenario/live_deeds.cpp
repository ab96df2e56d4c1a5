#include "runtime/scenario/live_deeds.hpp"

#include "runtime/scenario/live_wire.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace tael::scenario {
namespace {

using H = LiveHands&;
using A = const Arguments&;

void break_down(H hands, const Argument& scope, std::string_view mode, boost::json::object more) {
  const auto slash = scope.text.find('/');
  more["mode"] = mode;
  more["scope"] = slash == std::string::npos ? std::string{} : scope.text.substr(slash + 1);
  hands.control(scope.text.substr(0, slash), "faults", more);
}

// clang-format off
constexpr auto table = std::to_array<LiveDeed>({
  {"business BUSINESS goes down",                  [](H h, A a) { h.endpoint(a[0].text).go_down(); }},
  {"business BUSINESS goes down for LENGTH",       [](H h, A a) {
     auto& endpoint = h.endpoint(a[0].text);
     endpoint.go_down();
     h.later(a[1].length, [&endpoint] { endpoint.come_back(); });
   }},
  {"business BUSINESS comes back",                 [](H h, A a) { h.endpoint(a[0].text).come_back(); }},
  {"channel SCOPE goes silent",                    [](H h, A a) { break_down(h, a[0], "hang", {}); }},
  {"channel SCOPE goes silent for LENGTH",         [](H h, A a) { break_down(h, a[0], "hang", {{"for_ms", h.on_the_wall(a[1].length).count()}}); }},
  {"channel SCOPE refuses connections for LENGTH", [](H h, A a) { break_down(h, a[0], "refuse", {{"for_ms", h.on_the_wall(a[1].length).count()}}); }},
  {"channel SCOPE has FAULT",                      [](H h, A a) { break_down(h, a[0], a[1].text, {}); }},
  {"channel SCOPE has FAULT COUNT times",          [](H h, A a) { break_down(h, a[0], a[1].text, {{"count", a[2].number}}); }},
  {"channel SCOPE has FAULT on OPERATION",         [](H h, A a) { break_down(h, a[0], a[1].text, {{"op", a[2].text}}); }},
  {"channel SCOPE heals",                          [](H h, A a) {
     const auto slash = a[0].text.find('/');
     h.control(a[0].text.substr(0, slash), "heal",
               {{"scope", slash == std::string::npos ? std::string{} : a[0].text.substr(slash + 1)}});
   }},
});
// clang-format on

}  // namespace

std::span<const LiveDeed> live_deeds() { return table; }

const LiveDeed* find_live_deed(std::size_t phrase) {
  const auto found = std::ranges::find(table, deed_phrases()[phrase].pattern, &LiveDeed::pattern);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace tael::scenario
