#include "runtime/admin/admin_requests.hpp"

#include "actors/domain/link_health.hpp"
#include "adapters/encoding/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace tael {
namespace {

namespace bj = boost::json;

/// Instead of an instant: `off` until somebody switches again.
constexpr std::string_view revoked = "revoked";
/// Operators forget: a switch has an end, near by default and never far.
constexpr Duration override_usual = 1h, override_max = 24h;
constexpr const char* too_long = "at most 24h; `off` can last `until: revoked`";

bool is_path(std::string_view text) {
  return !text.empty() && std::ranges::count(text, '/') <= 2 && text.find("//") == std::string_view::npos &&
         !text.starts_with('/') && !text.ends_with('/');
}
bool is_switch(std::string_view text) { return parse_static_switch(text).has_value(); }
bool is_instant(std::string_view text) { return text == revoked || parse_rfc3339(text).has_value(); }
bool is_length(std::string_view text) { return parse_duration(text).value_or(Duration{0}) > Duration{0}; }
/// What the supervisor signs with is not a person's name.
bool is_actor(std::string_view text) { return is_text(text) && !text.empty() && text != supervisor_actor; }

constexpr TextRule path_rule{
    .bytes_max = 128, .fits = is_path, .expected = "channel, channel/method or channel/method/bank"};
constexpr TextRule switch_rule{.bytes_max = 16, .fits = is_switch, .expected = "on, off, forced_open or forced_closed"};
constexpr TextRule until_rule{.bytes_max = 64, .fits = is_instant, .expected = "an RFC 3339 instant, or revoked"};
constexpr TextRule for_rule{.bytes_max = 16, .fits = is_length, .expected = "a length such as 90s, 10min or 2h"};
constexpr TextRule actor_rule{.bytes_max = 64, .fits = is_actor, .expected = "the name of whoever asks, 1 to 64 bytes"};
constexpr TextRule reason_rule{.bytes_max = 256, .fits = nullptr, .expected = "why, 1 to 256 bytes of text"};

/// Blanks alone, also those of wide scripts, say nothing.
bool is_blank(std::string_view text) {
  for (const std::string_view blank : {" ", "\u00a0", "\u3000"})
    if (text.starts_with(blank)) return is_blank(text.substr(blank.size()));
  return text.empty();
}

/// Text that somebody will read to know who or why.
std::string said(BodyReader& body, std::string_view name, const TextRule& rule) {
  auto text = body.text(name, rule);
  if (!text.empty() && is_blank(text)) body.fault(name, "must be " + std::string{rule.expected} + ", not blanks");
  return text;
}

/// For whom the caller says to ask; empty when it says nothing.
std::string said_actor(BodyReader& body) { return body.has("actor") ? said(body, "actor", actor_rule) : std::string{}; }

BadAdminBody bad(const BodyReader& body) { return {body.is_malformed(), body.errors()}; }

bj::object object_of(const CallCounts& counts) {
  return {{"total", counts.total},           {"failures", counts.failures}, {"timeouts", counts.timeouts},
          {"exceptions", counts.exceptions}, {"slow", counts.slow},         {"refused", counts.refused}};
}

bj::object object_of(const BreakerView& view) {
  const auto instant = [](TimePoint at) -> bj::value {
    if (at == TimePoint{}) return nullptr;
    return bj::string{to_rfc3339(at)};
  };
  return {{"path", view.path},
          {"op", name_of(view.op)},
          {"static_switch", name_of(view.static_switch)},
          {"state", name_of(view.state)},
          {"own_state", name_of(view.own)},
          {"degraded", view.degraded},
          {"until", instant(view.until)},
          {"seq", view.seq},
          {"cause", view.cause},
          {"actor", view.actor},
          {"reason", view.reason},
          {"at", instant(view.at)},
          {"calls_out", view.leases},
          {"stage", view.stage},
          {"stages", view.stages},
          {"openings", view.openings},
          {"window", object_of(view.window)},
          {"long_window", object_of(view.long_window)}};
}

/// The levels below `parent`, each with what stands below it. Views come parents first.
bj::array level_below(const std::vector<BreakerView>& views, const std::string& parent) {
  const auto depth = parent.empty() ? 0 : std::ranges::count(parent, '/') + 1;
  bj::array level;
  for (const auto& view : views) {
    const bool is_child =
        std::ranges::count(view.path, '/') == depth && view.path.starts_with(parent.empty() ? parent : parent + "/");
    if (!is_child) continue;
    if (view.op != OpClass::pay) {
      level.back().as_object()["operations"].as_object()[name_of(view.op)] = object_of(view);
      continue;
    }
    auto object = object_of(view);
    object["operations"] = bj::object{};
    object["children"] = level_below(views, view.path);
    level.push_back(std::move(object));
  }
  return level;
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
  hand.order.actor = said_actor(body);
  hand.order.reason = said(body, "reason", reason_rule);
  if (until && length) body.fault("for", "either `for` or `until`, not both");
  if ((until || length) && to == StaticSwitch::on) body.fault(until ? "until" : "for", "`on` has no end");
  if (until && is_instant(*until)) hand.order.until = parse_rfc3339(*until);
  if (length && is_length(*length)) {
    const auto asked = parse_duration(*length).value_or(Duration{});
    if (asked > override_max) body.fault("for", too_long);  // Not added to any instant: it may not fit into one.
    hand.order.until = now + std::min(asked, override_max);
  }
  if (hand.order.until && *hand.order.until <= now) body.fault("until", "must lie in the future");
  if (hand.order.until && *hand.order.until > now + override_max) body.fault("until", too_long);
  if (until == revoked && to != StaticSwitch::off) body.fault("until", "only `off` lasts until it is revoked");
  if (!until && !length && to != StaticSwitch::on) hand.order.until = now + override_usual;
  if (body.has("seen")) hand.seen = body.integer("seen", 0, std::numeric_limits<std::int64_t>::max());
  body.finish();
  if (!body.errors().empty() || !to) return bad(body);
  hand.order.to = *to;
  return hand;
}

std::variant<OperatorAsked, BadAdminBody> read_operator(std::string_view text) {
  BodyReader body{text};
  if (!body.is_readable()) return bad(body);
  OperatorAsked asked{said_actor(body), said(body, "reason", reason_rule)};
  body.finish();
  if (!body.errors().empty()) return bad(body);
  return asked;
}

std::string to_json(const BreakerView& view) { return bj::serialize(object_of(view)); }

std::string to_json(const BreakersView& view) {
  bj::array paths;
  for (const auto& breaker : view.breakers)
    if (breaker.op == OpClass::pay && std::ranges::count(breaker.path, '/') == 2) paths.push_back(object_of(breaker));
  return bj::serialize(bj::object{{"paths", std::move(paths)}, {"tree", level_below(view.breakers, {})}});
}

namespace {

bj::array watched_by(const std::vector<Supervised>& rows, const std::string& parent) {
  const auto depth = parent.empty() ? 0 : std::ranges::count(parent, '/') + 1;
  const auto instant = [](TimePoint at) -> bj::value {
    if (at == TimePoint{}) return nullptr;
    return bj::string{to_rfc3339(at)};
  };
  bj::array level;
  for (const auto& row : rows) {
    if (std::ranges::count(row.name, '/') != depth || !row.name.starts_with(parent.empty() ? parent : parent + "/"))
      continue;
    level.push_back(bj::object{{"name", row.name.substr(row.name.rfind('/') + 1)},
                               {"lifetime", name_of(row.lifetime)},
                               {"state", name_of(row.health)},
                               {"since", instant(row.since)},
                               {"next_at", instant(row.next_at)},
                               {"starts", row.starts},
                               {"reason", row.reason},
                               {"children", watched_by(rows, row.name)}});
  }
  return level;
}

}  // namespace

std::string to_json(const std::vector<Supervised>& rows) {
  return bj::serialize(bj::object{{"tree", bj::object{{"name", "node"}, {"children", watched_by(rows, {})}}}});
}

namespace {

std::optional<LinkMode> link_mode_of(std::string_view word) {
  for (const auto mode : {LinkMode::on, LinkMode::down, LinkMode::off})
    if (name_of(mode) == word) return mode;
  return std::nullopt;
}

}  // namespace

std::variant<TurnLinkMonitor, BadAdminBody> read_link_turn(std::string_view text) {
  BodyReader body{text};
  if (!body.is_readable()) return bad(body);
  constexpr TextRule turn_rule{.bytes_max = 4,
                               .fits = [](std::string_view word) { return link_mode_of(word).has_value(); },
                               .expected = "on, down or off"};
  TurnLinkMonitor hand{link_mode_of(body.text("turn", turn_rule)).value_or(LinkMode::on), said_actor(body),
                       said(body, "reason", reason_rule)};
  body.finish();
  if (!body.errors().empty()) return bad(body);
  return hand;
}

namespace {

/// Of attempts that were sent, as a part of one; null when none was.
bj::value share(int sent, int of_thousand) {
  if (sent == 0) return nullptr;
  return of_thousand / 1'000.0;
}

}  // namespace

std::string to_json(const LinksView& view) {
  bj::array links;
  for (const auto& link : view.links)
    links.push_back(bj::object{{"path", link.path},
                               {"sent", link.sent},
                               {"paid", link.paid},
                               {"sent_lately", link.sent_lately},
                               {"paid_lately", link.paid_lately},
                               {"silent", link.silent},
                               {"rate", share(link.sent, LinkCounts{link.sent, link.paid}.rate())},
                               {"usual_sent", link.usual_sent},
                               {"usual_rate", share(link.silent ? 1 : link.usual_sent, link.usual_rate)}});
  return bj::serialize(bj::object{{"monitor", name_of(view.mode)}, {"links", std::move(links)}});
}

}  // namespace tael
