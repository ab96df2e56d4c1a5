// Pages that are one table or list: alerts, timers, money, deeds.
#include "runtime/console/pages.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace tael::console {
namespace {

namespace bj = boost::json;

/// `3 times, for payments@example.com, told twice`
std::string told_so_far(const bj::value& alert) {
  const auto times = text(alert, "count"), owner = text(alert, "owner"), told = text(alert, "told");
  auto line = times == "1" ? std::string{"Once"} : times + " times, last " + text(alert, "last_seen");
  if (!owner.empty()) line += ", for " + owner;
  return line + (told == "0" ? ", nobody told" : ", told " + told + (told == "1" ? " time" : " times"));
}

void alert_form(Html& html, const Frame& frame, const std::string& id, const std::string& action,
                std::string_view button) {
  if (!frame.may_operate) return;
  html.open("form", {{"method", "post"}, {"action", action}, {"class", "deed"}});
  guard(html, frame);
  html.lone("input", {{"type", "hidden"}, {"name", "alert"}, {"value", id}});
  reason_and_button(html, button, std::string{button.substr(0, 1)} + id, false);
  html.close();
}

}  // namespace

std::string alerts_page(const Frame& frame, const bj::value& alerts) {
  auto html = open_page(frame);
  html.open("ul", {{"class", "alerts"}});
  for (const auto& alert : rows_of(alerts)) {
    const auto state = text(alert, "state");
    html.open("li", {{"class", state == "open" ? "waits" : "taken"}}).open("p");
    pill(html, text(alert, "severity"));
    html.text(" ").leaf("strong", text(alert, "kind")).text(" ").leaf("span", text(alert, "ref")).text(" ");
    moment(html, text(alert, "at"));
    html.close().leaf("p", text(alert, "message"));
    html.leaf("p", told_so_far(alert), {{"class", "hint"}});
    if (!text(alert, "acknowledged_by").empty())
      html.leaf("p", "Taken on by " + text(alert, "acknowledged_by") + ": " + text(alert, "acknowledged_note"),
                {{"class", "hint"}});
    if (state == "resolved")
      html.leaf("p", "Resolved by " + text(alert, "resolved_by") + ": " + text(alert, "resolved_note"),
                {{"class", "hint"}});
    if (state == "open") alert_form(html, frame, text(alert, "id"), "/console/acknowledge", "Take it on");
    if (state != "resolved") alert_form(html, frame, text(alert, "id"), "/console/resolve", "It is over");
    html.close();
  }
  html.close();
  if (rows_of(alerts).empty()) html.leaf("p", "No alert yet.", {{"class", "empty"}});
  return close_page(std::move(html));
}

std::string timers_page(const Frame& frame, const bj::value& timers) {
  auto html = open_page(frame);
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Timers"}});
  html.open("table").leaf("caption", "What is still to happen, the next first. More than two seconds late is late.");
  head_row(html, {"Due", "In", "What", "For"});
  html.open("tbody");
  for (const auto& timer : rows_of(timers)) {
    const auto late = number(timer, "late_ms");
    html.open("tr");
    moment_cell(html, text(timer, "due_at"));
    html.open("td");
    if (late > 2'000)
      pill(html, "late");
    else
      html.text("in " + wait_text(std::max<std::int64_t>(0, -late) / 1'000));
    html.close();
    cell(html, text(timer, "kind"));
    html.open("td")
        .leaf("a", text(timer, "ref"), {{"href", "/console/orders?q=" + text(timer, "ref")}})
        .close()
        .close();
  }
  empty_row(html, rows_of(timers), 4, "Nothing is still to happen.");
  return close_page(std::move(html));
}

std::string money_page(const Frame& frame, const bj::value& conservation, const bj::value& accounts) {
  auto html = open_page(frame);
  html.open("section").leaf("h2", "Received = booked + refunded + suspense");
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Money by channel"}});
  html.open("table");
  head_row(html, {"Channel", ">Received", ">Booked", ">Refunded", ">Suspense", "Proof"});
  html.open("tbody");
  for (const auto& line : rows_of(conservation)) {
    const auto currency = text(line, "currency");
    html.open("tr").leaf("th", text(line, "channel"), {{"scope", "row"}});
    for (const auto* part : {"received", "booked", "refunded", "suspense"})
      cell(html, money(number(line, part), currency), {}, true);
    html.open("td");
    pill(html, member(line, "holds").is_bool() && member(line, "holds").get_bool() ? "holds" : "broken");
    html.close().close();
  }
  empty_row(html, rows_of(conservation), 6, "No money has moved yet.");
  html.close().close().close().close();
  html.open("section").leaf("h2", "Accounts");
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Accounts"}});
  html.open("table").leaf("caption", "Debits are positive. What is on its way is booked and not yet in the balance.");
  head_row(html, {"Account", "Kind", ">Balance", ">On its way", ">Version", "Changed"});
  html.open("tbody");
  for (const auto& account : rows_of(accounts)) {
    const auto currency = text(account, "currency");
    html.open("tr").leaf("th", text(account, "id"), {{"scope", "row"}});
    cell(html, text(account, "kind"));
    cell(html, money(number(account, "balance"), currency), {}, true);
    cell(html, money(number(account, "on_its_way"), currency), {}, true);
    cell(html, text(account, "version"), {}, true);
    if (text(account, "at").empty())
      cell(html, "the sum of its entries");
    else
      moment_cell(html, text(account, "at"));
    html.close();
  }
  empty_row(html, rows_of(accounts), 6, "No account has been used yet.");
  return close_page(std::move(html));
}

std::string deeds_page(const Frame& frame, const bj::value& deeds) {
  auto html = open_page(frame);
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Deeds"}});
  html.open("table").leaf("caption", "What operators did, by whatever way in");
  head_row(html, {"When", "Who", "What", "To", "Why", "Outcome"});
  html.open("tbody");
  for (const auto& deed : rows_of(deeds)) {
    html.open("tr");
    moment_cell(html, text(deed, "at"));
    for (const auto* name : {"actor", "action", "target", "reason", "outcome"}) cell(html, text(deed, name));
    html.close();
  }
  empty_row(html, rows_of(deeds), 6, "Nobody has done anything yet.");
  return close_page(std::move(html));
}

}  // namespace tael::console
