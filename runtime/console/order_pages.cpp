// One order: what it is, its life drawn, and why it is so.
#include "actors/domain/order_machine.hpp"
#include "actors/domain/time.hpp"
#include "runtime/console/pages.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>

namespace tael::console {
namespace {

namespace bj = boost::json;

struct Place {
  OrderState state;
  int x, y;
};
constexpr int box_width = 92, box_height = 38;
constexpr auto places = std::to_array<Place>({{OrderState::created, 10, 40},
                                              {OrderState::paying, 170, 40},
                                              {OrderState::paid, 330, 40},
                                              {OrderState::closing, 170, 130},
                                              {OrderState::closed, 330, 130}});

/// A way from one state to another, drawn.
struct Way {
  OrderState from, to;
  std::string_view line;
};
// clang-format off
constexpr auto ways = std::to_array<Way>({
    {OrderState::created, OrderState::paying,  "M102 52L162 52"},
    {OrderState::paying,  OrderState::created, "M170 68L110 68"},
    {OrderState::paying,  OrderState::paid,    "M262 59L322 59"},
    {OrderState::created, OrderState::paid,    "M56 40C56 2 376 2 376 32"},
    {OrderState::paying,  OrderState::closing, "M216 78V122"},
    {OrderState::created, OrderState::closed,  "M56 78V194H376V176"},
    {OrderState::closing, OrderState::paid,    "M262 138L336 85"},
    {OrderState::closing, OrderState::closed,  "M262 149L322 149"},
});
// clang-format on

constexpr bool is_drawn(const OrderRule& rule) {
  return rule.from == rule.to ||
         std::ranges::any_of(ways, [&](const Way& way) { return way.from == rule.from && way.to == rule.to; });
}
constexpr bool is_ruled(const Way& way) {
  return std::ranges::any_of(order_rules,
                             [&](const OrderRule& rule) { return way.from == rule.from && way.to == rule.to; });
}
static_assert(std::ranges::all_of(order_rules, is_drawn) && std::ranges::all_of(ways, is_ruled),
              "the picture shows the table, all of it and nothing else");

void facts(Html& html, const bj::value& order) {
  const auto currency = text(order, "currency");
  html.open("section", {{"class", "facts"}}).open("dl");
  const auto fact = [&](std::string_view label, const std::string& value) {
    if (!value.empty()) html.leaf("dt", label).leaf("dd", value);
  };
  html.leaf("dt", "State").open("dd");
  order_pill(html, text(order, "state"));
  html.close();
  fact("Amount", money(number(order, "amount"), currency));
  if (number(order, "paid_amount") > 0) fact("Paid", money(number(order, "paid_amount"), currency));
  if (number(order, "refunded_amount") > 0) fact("Refunded", money(number(order, "refunded_amount"), currency));
  fact("Business", text(order, "business") + ", " + text(order, "type") + ", " + text(order, "scene"));
  fact("Number", text(order, "order_no"));
  fact("Id", text(order, "id"));
  fact("Subject", text(order, "subject"));
  fact("Close reason", text(order, "close_reason"));
  for (const auto* name : {"created_at", "expires_at", "paid_at", "heard_at", "closed_at"}) {
    const auto stamp = text(order, name);
    if (stamp.empty()) continue;
    html.leaf("dt", name).open("dd");
    moment(html, stamp);
    html.close();
  }
  html.close().close();
}

/// Rows of one section of the order's file, all columns as they come, amounts in `currency` unless a row has its own.
void rows(Html& html, std::string_view title, const bj::value& file, std::string_view section,
          const std::string& currency) {
  const auto* found = file.as_object().if_contains(section);
  const auto* list = found == nullptr ? nullptr : found->if_array();
  if (list == nullptr || list->empty()) return;
  html.open("section").leaf("h2", title);
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", std::string{title}}});
  html.open("table").open("thead").open("tr");
  for (const auto& [name, value] : list->front().as_object()) html.leaf("th", std::string{name}, {{"scope", "col"}});
  html.close().close().open("tbody");
  for (const auto& row : *list) {
    html.open("tr");
    for (const auto& [name, value] : row.as_object()) {
      html.open("td");
      const auto said = text(row, name);
      if (name == "state" || name == "severity")
        order_pill(html, said);
      else if (std::string_view{name}.ends_with("_at") || name == "at")
        moment(html, said);
      else if (std::string_view{name}.ends_with("amount") && value.is_int64())
        html.text(money(value.get_int64(), text(row, "currency").empty() ? currency : text(row, "currency")));
      else
        html.text(said);
      html.close();
    }
    html.close();
  }
  html.close().close().close().close();
}

bool has_parked(const bj::value& file, std::string_view section) {
  const auto* rows = file.as_object().if_contains(section);
  return rows != nullptr && rows->is_array() &&
         std::ranges::any_of(rows->as_array(), [](const bj::value& row) { return text(row, "state") == "parked"; });
}

void deeds(Html& html, const Frame& frame, const bj::value& file, const bj::value& order) {
  if (!frame.may_operate) return;
  const auto id = text(order, "id"), state = text(order, "state");
  html.open("section", {{"class", "pair"}});
  const auto form = [&](std::string_view action, std::string_view title, std::string_view hint, bool is_grave) {
    html.open("form",
              {{"method", "post"}, {"action", "/console/orders/" + id + "/" + std::string{action}}, {"class", "deed"}});
    guard(html, frame);
    html.leaf("p", hint, {{"class", "hint"}});
    reason_and_button(html, title, action, is_grave);
    html.close();
  };
  form("sync", "Ask the channels", "Asks the channels again, now, about everything undecided.", false);
  const auto* poisoned = order.as_object().if_contains("poisoned");
  if ((poisoned != nullptr && poisoned->is_bool() && poisoned->as_bool()) || has_parked(file, "refunds") ||
      has_parked(file, "notices"))
    form("resume", "Take up again",
         "Something of it waits for a person: takes up the order, sends refunds and notices again.", true);
  if (state != "paid" && state != "closed")
    form("close", "Close the order", "Closes it as its business would, by asking the channel first.", true);
  html.close();
}

void timeline(Html& html, const std::vector<Moment>& history, const std::string& id) {
  const auto begin = history.empty() ? 0 : history.front().at_ms;
  const auto short_of = [&](std::string said) {
    for (auto at = said.find(id); !id.empty() && at != std::string::npos; at = said.find(id)) said.erase(at, id.size());
    return said;
  };
  html.open("section").leaf("h2", "Why").open("ol", {{"class", "timeline"}});
  for (const auto& each : history) {
    html.open("li", {{"class", "from-" + each.source + (each.is_armed ? " armed" : "")}});
    html.open("span", {{"class", "when"}});
    moment(html, to_rfc3339(from_unix_ms(each.at_ms)));
    html.text(" +" + std::to_string((each.at_ms - begin) / 1'000) + "." +
              std::to_string(1'000 + (each.at_ms - begin) % 1'000).substr(1) + " s");
    html.close().leaf("span", each.source, {{"class", "source"}});
    html.leaf("strong", each.is_armed ? each.kind + " armed" : each.kind).text(" ");
    html.leaf("span", short_of(each.about), {{"class", "about"}}).text(" ");
    html.leaf("span", short_of(each.details), {{"class", "why"}});
    if (!each.cause.empty() && !each.is_armed)
      html.leaf("span", "because " + short_of(each.cause), {{"class", "because"}});
    if (!each.request.empty() || !each.response.empty()) {
      html.open("details").leaf("summary", "What was said, masked");
      html.leaf("pre", each.request, {{"tabindex", "0"}}).leaf("pre", each.response, {{"tabindex", "0"}}).close();
    }
    html.close();
  }
  html.close().close();
}

}  // namespace

std::string life_svg(const std::string& state, const std::vector<std::string>& visited) {
  const auto was_in = [&](std::string_view place) {
    return place == state || std::ranges::find(visited, place) != visited.end();
  };
  Html svg;
  svg.open("svg", {{"viewBox", "0 0 432 205"},
                   {"class", "life"},
                   {"role", "img"},
                   {"aria-label", "The order's life; it is " + state}});
  svg.open("defs").open("marker", {{"id", "tip"},
                                   {"viewBox", "0 0 8 8"},
                                   {"refX", "1"},
                                   {"refY", "4"},
                                   {"markerWidth", "7"},
                                   {"markerHeight", "7"},
                                   {"orient", "auto"}});
  svg.open("path", {{"d", "M0 0L8 4L0 8z"}, {"class", "tip"}}).close().close().close();
  for (const auto& way : ways)
    svg.open("path", {{"d", std::string{way.line}}, {"class", "way"}, {"marker-end", "url(#tip)"}}).close();
  for (const auto& place : places) {
    const auto name = name_of(place.state);
    const std::string kind = name == state ? "now" : was_in(name) ? "past" : "never";
    svg.open("g", {{"class", "state " + kind}});
    svg.open("rect", {{"x", std::to_string(place.x)},
                      {"y", std::to_string(place.y)},
                      {"width", std::to_string(box_width)},
                      {"height", std::to_string(box_height)},
                      {"rx", "9"}})
        .close();
    svg.leaf("text", name,
             {{"x", std::to_string(place.x + box_width / 2)},
              {"y", std::to_string(place.y + 24)},
              {"text-anchor", "middle"}});
    svg.close();
  }
  return svg.take();
}

std::string order_page(const Frame& frame, const bj::value& file, const std::vector<Moment>& history) {
  auto html = open_page(frame);
  const auto& section = file.at("order");
  const auto& order = section.is_array() ? section.at(0) : section;
  std::vector<std::string> visited{"created"};
  for (const auto& each : history) {
    if (each.source != "order") continue;
    if (each.kind == "attempt_sent") visited.emplace_back("paying");
    if (each.kind.starts_with("order_")) visited.push_back(each.kind.substr(6));
  }
  html.open("div", {{"class", "pair"}});
  facts(html, order);
  html.open("section").leaf("h2", "Life").trusted(life_svg(text(order, "state"), visited)).close().close();
  deeds(html, frame, file, order);
  const auto currency = text(order, "currency");
  rows(html, "Attempts", file, "attempts", currency);
  rows(html, "Refunds", file, "refunds", currency);
  rows(html, "Notices", file, "notices", currency);
  rows(html, "Entries", file, "entries", currency);
  timeline(html, history, text(order, "id"));
  return close_page(std::move(html));
}

}  // namespace tael::console
