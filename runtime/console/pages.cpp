#include "runtime/console/pages.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace tael::console {
namespace {

namespace bj = boost::json;

void card(Html& html, std::string_view title, const std::string& figure, std::string_view live, std::string_view href,
          std::string_view hint = {}) {
  html.open("a", {{"class", "card"}, {"href", std::string{href}}}).leaf("span", title, {{"class", "label"}});
  html.leaf("strong", figure, {{"data-cell", std::string{live}}});
  if (!hint.empty()) html.leaf("span", hint, {{"class", "hint"}});
  html.close();
}

std::string share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? "–" : std::to_string((part * 100 + whole / 2) / whole) + " %";
}

/// What moved a breaker last, and by whose hand.
std::string cause_of(const bj::value& row) {
  auto said = text(row, "cause");
  if (const auto actor = text(row, "actor"); !actor.empty()) said += " by " + actor;
  if (const auto reason = text(row, "reason"); !reason.empty()) said += ": " + reason;
  return said;
}

/// What other operations than paying are not closed for: `, refund open`.
std::string operations_of(const bj::value& level) {
  const auto* operations = member(level, "operations").if_object();
  std::string said;
  if (operations != nullptr)
    for (const auto& [name, operation] : *operations)
      if (text(operation, "state") != "closed") said += ", " + std::string{name} + " " + text(operation, "state");
  return said;
}

std::string window_of(const bj::value& breaker) {
  const auto& window = member(breaker, "window");
  auto said = std::to_string(number(window, "total")) + " calls";
  const char* between = ": ";
  for (const char* kind : {"failures", "timeouts", "exceptions", "slow"}) {
    if (number(window, kind) == 0) continue;
    said += between + std::to_string(number(window, kind)) + " " + kind;
    between = ", ";
  }
  return said;
}

/// One level of the tree and, below it, the levels it stands for.
void level_rows(Html& html, const bj::value& level, int depth) {
  const auto path = text(level, "path");
  const auto& minute = member(level, "last_minute");
  const auto calls = number(minute, "calls");
  html.open("tr", {{"class", "depth-" + std::to_string(depth)}, {"data-path", path}});
  html.open("th", {{"scope", "row"}});
  html.leaf("a", path.substr(path.rfind('/') + 1), {{"href", "/console/paths/" + path}, {"aria-label", path}}).close();
  html.open("td");
  pill(html, text(level, "state"), path + ":state");
  if (text(level, "degraded") == "true") html.text(" degraded");
  html.close().open("td");
  pill(html, text(level, "static_switch"), path + ":switch");
  html.text(" ").open("span", {{"class", "hint"}, {"data-moment", path + ":override"}, {"data-before", "until "}});
  if (text(level, "static_switch") != "on" && !text(level, "until").empty())
    moment(html.text("until "), text(level, "until"));
  html.close().close();
  cell(html, std::to_string(calls), path + ":calls", true);
  cell(html, share(number(minute, "answered"), calls), path + ":answered", true);
  cell(html, std::to_string(number(minute, "paid")), path + ":paid", true);
  cell(html, calls == 0 ? "–" : std::to_string(number(minute, "mean_ms")) + " ms", path + ":mean", true);
  cell(html, window_of(level) + operations_of(level), path + ":window");
  html.close();
  for (const auto& child : rows_of(member(level, "children"))) level_rows(html, child, depth + 1);
}

void tree(Html& html, const bj::array& levels) {
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Paths"}});
  html.open("table", {{"class", "tree"}}).leaf("caption", "Figures of the last minute, window of the breaker");
  head_row(html, {"Path", "State", "Switch", ">Calls", ">Answered", ">Paid", ">Mean", "Window"});
  html.open("tbody");
  for (const auto& level : levels) level_rows(html, level, 0);
  empty_row(html, levels, 8, "The breakers have not answered. They read the store first.");
  html.close().close().close();
}

void event_rows(Html& html, const bj::array& events, std::size_t most) {
  for (std::size_t i = 0; i < events.size() && i < most; ++i) {
    const auto& event = events[i];
    html.open("li").open("span", {{"class", "when"}});
    moment(html, text(event, "at"));
    html.close();
    html.leaf("a", text(event, "path"), {{"href", "/console/paths/" + text(event, "path")}});
    if (text(event, "op") != "pay") html.leaf("span", text(event, "op"), {{"class", "hint"}});
    html.open("span", {{"class", "what"}});
    pill(html, text(event, "from"));
    html.text(" → ");
    pill(html, text(event, "state"));
    if (text(event, "static_switch") != "on") {
      html.text(" switch ");
      pill(html, text(event, "static_switch"));
    }
    html.close().leaf("span", cause_of(event), {{"class", "why"}}).close();
  }
}

void feed(Html& html, const bj::array& events, std::size_t most, std::string_view path) {
  html.open("ol", {{"class", "feed"},
                   {"id", "feed"},
                   {"data-most", std::to_string(most)},
                   {path.empty() ? "" : "data-only", std::string{path}}});
  event_rows(html, events, most);
  html.close();
  html.leaf("p", "No breaker has moved yet.",
            {{"class", "empty"}, {"id", "feed-empty"}, {events.empty() ? "" : "hidden", ""}});
}

void charts(Html& html, std::string_view path) {
  struct Chart {
    std::string_view id, title;
  };
  html.open("section",
            {{"class", "charts"}, {"aria-label", "Charts"}, {path.empty() ? "" : "data-only", std::string{path}}});
  for (const auto& [id, title] : {Chart{"rate", "Calls a second"},
                                  Chart{"success", path.empty() ? "Answered, per cent" : "Answered and paid, per cent"},
                                  Chart{"latency", path.empty() ? "Mean latency, ms" : "Mean and slowest, ms"}}) {
    html.open("figure").leaf("figcaption", title);
    html.open("div",
              {{"class", "chart"},
               {"data-chart", std::string{id}},
               {"role", "img"},
               {"aria-label", std::string{title} + ", last five minutes; the table has the figures of the minute"}});
    html.close().close();
  }
  html.close();
}

void switch_form(Html& html, const Frame& frame, const std::string& path, std::string_view now) {
  html.open("section").leaf("h2", "Switch");
  html.open("form", {{"method", "post"}, {"action", "/console/switch"}, {"class", "deed"}});
  guard(html, frame);
  html.lone("input", {{"type", "hidden"}, {"name", "path"}, {"value", path}});
  html.leaf("label", "Set to", {{"for", "to"}}).open("select", {{"id", "to"}, {"name", "to"}});
  for (const auto* to : {"on", "off", "forced_open", "forced_closed"})
    html.leaf("option", to,
              {{"value", to}, {(now == "on" ? "off" : "on") == std::string_view{to} ? "selected" : "", ""}});
  html.close();
  html.leaf("label", "For (empty: an hour; revoked: until switched again)", {{"for", "length"}});
  html.lone("input", {{"id", "length"},
                      {"name", "length"},
                      {"placeholder", "30min"},
                      {"pattern", "[0-9]+(ms|s|min|h|d)|revoked"},
                      {"size", "8"}});
  reason_and_button(html, "Switch", "switch", true);
  html.close().close();
}

}  // namespace

std::string overview_page(const Frame& frame, const bj::value& overview, const bj::value& events,
                          const bj::value& alerts) {
  auto html = open_page(frame);
  const auto& counts = member(overview, "counts");
  html.open("section", {{"class", "cards"}, {"aria-label", "At a glance"}});
  card(html, "Orders open", text(counts, "orders_open"), "count:orders_open", "/console/orders");
  card(html, "In doubt", text(counts, "attempts_in_doubt"), "count:attempts_in_doubt", "/console/orders");
  card(html, "Refunds open", text(counts, "refunds_open"), "count:refunds_open", "/console/money");
  card(html, "Notices due", text(counts, "notices_due"), "count:notices_due", "/console/timers");
  card(html, "Timers late", text(counts, "timers_late"), "count:timers_late", "/console/timers");
  card(html, "Alerts, 24 h", text(counts, "alerts_today"), "count:alerts_today", "/console/alerts");
  html.close();
  html.open("div", {{"class", "pair"}}).open("section").leaf("h2", "Latest moves");
  feed(html, rows_of(events), 6, "");
  html.close().open("section").leaf("h2", "Alerts to take on");
  html.open("ul", {{"class", "feed"}});
  std::size_t shown = 0;
  for (const auto& alert : rows_of(alerts)) {
    if (text(alert, "state") != "open" || ++shown > 8) continue;
    html.open("li").open("span", {{"class", "when"}});
    moment(html, text(alert, "at"));
    html.close();
    pill(html, text(alert, "severity"));
    html.leaf("span", text(alert, "message"), {{"class", "why"}}).close();
  }
  html.close();
  if (shown == 0) html.leaf("p", "Nothing waits for you.", {{"class", "empty"}});
  html.close().close();
  charts(html, "");
  html.open("section").leaf("h2", "Paths");
  tree(html, rows_of(member(overview, "tree")));
  html.close();
  html.open("section").leaf("h2", "Money");
  if (rows_of(member(overview, "conservation")).empty())
    html.leaf("p", "No money has moved yet.", {{"class", "empty"}});
  html.open("ul", {{"class", "conservation"}});
  for (const auto& line : rows_of(member(overview, "conservation"))) {
    const auto currency = text(line, "currency");
    html.open("li");
    pill(html, member(line, "holds").is_bool() && member(line, "holds").get_bool() ? "holds" : "broken");
    html.leaf("span", text(line, "channel") + ": received " + money(number(line, "received"), currency) + " = booked " +
                          money(number(line, "booked"), currency) + " + refunded " +
                          money(number(line, "refunded"), currency) + " + suspense " +
                          money(number(line, "suspense"), currency));
    html.close();
  }
  return close_page(std::move(html));
}

std::string path_page(const Frame& frame, const bj::value& path, const bj::value& events) {
  auto html = open_page(frame);
  const auto name = text(path, "path");
  html.open("section", {{"class", "facts"}, {"data-path", name}}).open("dl");
  html.leaf("dt", "State").open("dd");
  pill(html, text(path, "state"), name + ":state");
  html.close().leaf("dt", "Switch").open("dd");
  pill(html, text(path, "static_switch"), name + ":switch");
  html.close().leaf("dt", "Until").open("dd");
  moment(html, text(path, "until"));
  html.close().leaf("dt", "Window").leaf("dd", window_of(path), {{"data-cell", name + ":window"}});
  html.leaf("dt", "Calls out").leaf("dd", text(path, "calls_out")).leaf("dt", "Last move").open("dd");
  moment(html, text(path, "at"));
  html.text(" " + cause_of(path)).close().close().close();

  if (frame.may_operate) switch_form(html, frame, name, text(path, "static_switch"));
  charts(html, name);
  html.open("section").leaf("h2", "Moves");
  feed(html, rows_of(events), 100, name);
  return close_page(std::move(html));
}

std::string events_page(const Frame& frame, const bj::value& events) {
  auto html = open_page(frame);
  html.open("section");
  feed(html, rows_of(events), 100, "");
  return close_page(std::move(html));
}

std::string orders_page(const Frame& frame, const bj::value& orders, const std::string& asked, bool share_it) {
  auto html = open_page(frame);
  html.open("form", {{"method", "get"}, {"action", "/console/orders"}, {"role", "search"}, {"class", "deed"}});
  html.leaf("label", "Any number: ours, the business's or the channel's", {{"for", "q"}});
  html.lone("input", {{"id", "q"},
                      {"name", "q"},
                      {"type", "search"},
                      {"value", asked},
                      {"maxlength", "128"},
                      {"autocomplete", "off"}});
  html.leaf("button", "Find", {{"type", "submit"}, {"class", "main"}}).close();
  if (!asked.empty() && !share_it)
    html.leaf("p", "Nothing here has the number " + asked + ".", {{"class", "told bad"}, {"role", "status"}});
  html.open("div", {{"class", "scroll"},
                    {"tabindex", "0"},
                    {"role", "region"},
                    {"aria-label", share_it ? "Orders found" : "Newest orders"}});
  html.open("table").leaf("caption",
                          share_it ? "Several share the number " + asked + ", the newest first" : "The newest");
  head_row(html, {"Order", "Business", "State", ">Amount", ">Refunded", "Subject", "Created"});
  html.open("tbody");
  for (const auto& order : rows_of(orders)) {
    const auto currency = text(order, "currency");
    html.open("tr").open("th", {{"scope", "row"}});
    html.leaf("a", text(order, "order_no"), {{"href", "/console/orders/" + text(order, "id")}}).close();
    cell(html, text(order, "business"));
    html.open("td");
    order_pill(html, text(order, "state"));
    html.close();
    cell(html, money(number(order, "amount"), currency), {}, true);
    cell(html, number(order, "refunded_amount") == 0 ? "" : money(number(order, "refunded_amount"), currency), {},
         true);
    cell(html, text(order, "subject"));
    moment_cell(html, text(order, "created_at"));
    html.close();
  }
  empty_row(html, rows_of(orders), 7, "No order yet.");
  return close_page(std::move(html));
}

}  // namespace tael::console
