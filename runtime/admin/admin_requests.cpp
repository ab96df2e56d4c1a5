#include "runtime/admin/admin_requests.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace tael {
namespace {

namespace bj = boost::json;

bool is_path(std::string_view text) {
  return std::ranges::count(text, '/') == 2 && text.find("//") == std::string_view::npos && !text.starts_with('/') &&
         !text.ends_with('/');
}
bool is_switch(std::string_view text) { return parse_static_switch(text).has_value(); }
bool is_instant(std::string_view text) { return parse_rfc3339(text).has_value(); }
bool is_length(std::string_view text) { return parse_duration(text).value_or(Duration{0}) > Duration{0}; }
/// What the supervisor signs with is not a person's name.
bool is_actor(std::string_view text) { return !text.empty() && text != supervisor_actor; }

constexpr TextRule path_rule{.bytes_max = 128, .fits = is_path, .expected = "channel/method/bank"};
constexpr TextRule switch_rule{.bytes_max = 16, .fits = is_switch, .expected = "on, off or forced_open"};
constexpr TextRule until_rule{.bytes_max = 64, .fits = is_instant, .expected = "an RFC 3339 instant"};
constexpr TextRule for_rule{.bytes_max = 16, .fits = is_length, .expected = "a length such as 90s, 10min or 2h"};
constexpr TextRule actor_rule{.bytes_max = 64, .fits = is_actor, .expected = "the name of whoever asks, 1 to 64 bytes"};
constexpr TextRule reason_rule{.bytes_max = 256, .fits = nullptr, .expected = "why, 1 to 256 bytes of text"};

BadAdminBody bad(const BodyReader& body) { return {body.is_malformed(), body.errors()}; }

bj::object object_of(const BreakerView& view) {
  const auto instant = [](TimePoint at) -> bj::value {
    if (at == TimePoint{}) return nullptr;
    return bj::string{to_rfc3339(at)};
  };
  return {{"path", view.path},
          {"static_switch", name_of(view.static_switch)},
          {"state", name_of(view.state)},
          {"until", instant(view.until)},
          {"seq", view.seq},
          {"cause", view.cause},
          {"actor", view.actor},
          {"reason", view.reason},
          {"at", instant(view.at)},
          {"calls_out", view.leases},
          {"window",
           {{"total", view.window.total},
            {"failures", view.window.failures},
            {"timeouts", view.window.timeouts},
            {"exceptions", view.window.exceptions},
            {"slow", view.window.slow}}}};
}

}  // namespace

std::variant<SwitchPath, BadAdminBody> read_switch(std::string_view text, TimePoint now) {
  BodyReader body{text};
  if (!body.is_readable()) return bad(body);
  SwitchPath hand;
  hand.path = body.text("path", path_rule);
  const auto to = parse_static_switch(body.text("static_switch", switch_rule));
  const auto until = body.text_if("until", until_rule);
  const auto length = body.text_if("for", for_rule);
  hand.order.actor = body.text("actor", actor_rule);
  hand.order.reason = body.text("reason", reason_rule);
  if (until && length) body.fault("for", "either `for` or `until`, not both");
  if ((until || length) && to == StaticSwitch::on) body.fault(until ? "until" : "for", "`on` has no end");
  if (until && is_instant(*until)) hand.order.until = parse_rfc3339(*until);
  if (length && is_length(*length)) hand.order.until = now + parse_duration(*length).value_or(Duration{});
  if (hand.order.until && *hand.order.until <= now) body.fault("until", "must lie in the future");
  body.finish();
  if (!body.errors().empty() || !to) return bad(body);
  hand.order.to = *to;
  return hand;
}

std::variant<OperatorAsked, BadAdminBody> read_operator(std::string_view text) {
  BodyReader body{text};
  if (!body.is_readable()) return bad(body);
  OperatorAsked asked{body.text("actor", actor_rule), body.text("reason", reason_rule)};
  body.finish();
  if (!body.errors().empty()) return bad(body);
  return asked;
}

std::string to_json(const BreakerView& view) { return bj::serialize(object_of(view)); }

std::string to_json(const BreakersView& view) {
  bj::array paths;
  for (const auto& breaker : view.breakers) paths.push_back(object_of(breaker));
  return bj::serialize(bj::object{{"paths", std::move(paths)}});
}

}  // namespace tael
