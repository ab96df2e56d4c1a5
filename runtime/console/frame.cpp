#include "runtime/console/frame.hpp"

#include "actors/domain/money.hpp"
#include "runtime/web/page.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace tael {

std::span<const Asset> console_assets();

}  // namespace tael

namespace tael::console {
namespace {

constexpr std::string_view assets_base = "/console/assets/";

struct Entry {
  std::string_view href, title;
};
constexpr auto menu = std::to_array<Entry>({
    {"/console", "Overview"},
    {"/console/orders", "Orders"},
    {"/console/events", "Events"},
    {"/console/links", "Links"},
    {"/console/alerts", "Alerts"},
    {"/console/timers", "Timers"},
    {"/console/money", "Money"},
    {"/console/supervision", "Supervision"},
    {"/console/deeds", "Audit"},
});

struct Colour {
  std::string_view state, colour;
};
constexpr auto colours = std::to_array<Colour>({
    {"closed", "good"},       {"on", "good"},        {"paid", "good"},       {"succeeded", "good"},
    {"refunded", "good"},     {"delivered", "good"}, {"holds", "good"},      {"done", "good"},
    {"half_open", "wait"},    {"created", "wait"},   {"paying", "wait"},     {"closing", "wait"},
    {"sent", "wait"},         {"pending", "wait"},   {"requested", "wait"},  {"due", "wait"},
    {"in_doubt", "wait"},     {"warning", "wait"},   {"surplus", "wait"},    {"late", "bad"},
    {"open", "bad"},          {"off", "bad"},        {"forced_open", "bad"}, {"critical", "bad"},
    {"parked", "bad"},        {"rejected", "bad"},   {"broken", "bad"},      {"declined", "quiet"},
    {"forced_closed", "bad"}, {"up", "good"},        {"restarting", "wait"}, {"stuck", "bad"},
    {"down", "bad"},          {"silent", "bad"},     {"as usual", "good"},
});

std::string_view colour_of(std::string_view state) {
  const auto found = std::ranges::find(colours, state, &Colour::state);
  return found == colours.end() ? std::string_view{"quiet"} : found->colour;
}

void head(Html& html, std::string_view title, bool is_live) {
  const auto url = [](std::string_view name) { return asset_url(console_assets(), assets_base, name); };
  html.open("html", {{"lang", "en"}}).open("head").lone("meta", {{"charset", "utf-8"}});
  html.lone("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.lone("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  html.leaf("title", std::string{title} + " · Tael");
  html.lone("link", {{"rel", "icon"}, {"href", url("mark.svg")}});
  if (is_live) html.lone("link", {{"rel", "stylesheet"}, {"href", url("uPlot.min.css")}});
  html.lone("link", {{"rel", "stylesheet"}, {"href", url("console.css")}});
  html.leaf("script", "", {{"src", url("theme.js")}});  // Before anything is drawn, so that nothing flashes.
  if (is_live) html.leaf("script", "", {{"src", url("uPlot.iife.min.js")}, {"defer", ""}});
  html.leaf("script", "", {{"src", url("console.js")}, {"defer", ""}});
  html.close();
}

}  // namespace

Html open_page(const Frame& frame) {
  Html html;
  head(html, frame.title, frame.is_live);
  html.open("body", {{frame.is_live ? "data-live" : "", "/console/live"}});
  html.leaf("a", "Skip to content", {{"class", "skip"}, {"href", "#content"}});
  html.open("header").leaf("a", "Tael", {{"class", "mark"}, {"href", "/console"}});
  html.leaf("span", frame.node, {{"class", "node"}});
  html.open("nav", {{"aria-label", "Console"}}).open("ul");
  for (const auto& [href, title] : menu) {
    html.open("li").leaf("a", title, {{"href", std::string{href}}, {href == frame.here ? "aria-current" : "", "page"}});
    html.close();
  }
  html.close().close();
  html.open("div", {{"class", "who"}});
  if (frame.is_live) html.leaf("span", "connecting", {{"id", "live"}, {"class", "live"}, {"role", "status"}});
  html.leaf("button", "Theme", {{"type", "button"}, {"id", "theme"}, {"class", "plain"}, {"hidden", ""}});
  html.open("form", {{"method", "post"}, {"action", "/console/logout"}});
  guard(html, frame);
  html.leaf("button", "Log out " + frame.actor, {{"type", "submit"}, {"class", "plain"}});
  html.close().close().close();
  html.open("main", {{"id", "content"}}).leaf("h1", frame.title);
  if (!frame.told.empty()) html.leaf("p", frame.told, {{"class", "told"}, {"role", "status"}});
  return html;
}

std::string close_page(Html html) { return "<!doctype html>\n" + html.take(); }

std::string login_page(std::string_view said) {
  Html html;
  head(html, "Log in", false);
  html.open("body", {{"class", "login"}}).open("main", {{"id", "content"}});
  html.leaf("h1", "Tael console");
  if (!said.empty()) html.leaf("p", said, {{"class", "told bad"}, {"role", "alert"}});
  html.open("form", {{"method", "post"}, {"action", "/console/login"}});
  html.leaf("label", "Operator", {{"for", "actor"}});
  html.lone("input",
            {{"id", "actor"}, {"name", "actor"}, {"autocomplete", "username"}, {"required", ""}, {"autofocus", ""}});
  html.leaf("label", "Password", {{"for", "password"}});
  html.lone("input", {{"id", "password"},
                      {"name", "password"},
                      {"type", "password"},
                      {"autocomplete", "current-password"},
                      {"required", ""}});
  html.leaf("button", "Log in", {{"type", "submit"}, {"class", "main"}});
  return close_page(std::move(html));
}

std::string message_page(const Frame& frame, std::string_view message) {
  auto html = open_page(frame);
  html.leaf("p", message, {{"class", "empty"}});
  return close_page(std::move(html));
}

std::string text(const boost::json::value& object, std::string_view name) {
  const auto* members = object.if_object();
  const auto* value = members == nullptr ? nullptr : members->if_contains(name);
  if (value == nullptr || value->is_null()) return {};
  return value->is_string() ? std::string{value->get_string()} : boost::json::serialize(*value);
}

std::int64_t number(const boost::json::value& object, std::string_view name) {
  const auto* members = object.if_object();
  const auto* value = members == nullptr ? nullptr : members->if_contains(name);
  return value == nullptr || !value->is_int64() ? 0 : value->get_int64();
}

void pill(Html& html, std::string_view state, std::string_view cell) {
  html.leaf("span", state,
            {{"class", "pill " + std::string{colour_of(state)}}, {cell.empty() ? "" : "data-cell", std::string{cell}}});
}

void order_pill(Html& html, std::string_view state) {
  html.leaf("span", state, {{"class", "pill " + std::string{state == "closed" ? "quiet" : colour_of(state)}}});
}

std::string wait_text(std::int64_t seconds) {
  struct Unit {
    std::int64_t seconds;
    std::string_view name;
  };
  static constexpr auto units = std::to_array<Unit>({{86'400, " d"}, {3'600, " h"}, {60, " min"}, {1, " s"}});
  for (std::size_t i = 0; i + 1 < units.size(); ++i) {
    if (seconds < units.at(i).seconds) continue;
    const auto text = std::to_string(seconds / units.at(i).seconds) + std::string{units.at(i).name};
    const auto rest = seconds % units.at(i).seconds / units.at(i + 1).seconds;
    // Beside minutes nobody reads seconds.
    return rest == 0 || i + 2 == units.size() ? text
                                              : text + " " + std::to_string(rest) + std::string{units.at(i + 1).name};
  }
  return std::to_string(seconds) + " s";
}

void moment(Html& html, std::string_view stamp) {
  if (stamp.size() < 19) return;
  html.leaf("time", std::string{stamp.substr(0, 10)} + " " + std::string{stamp.substr(11, 8)},
            {{"datetime", std::string{stamp}}, {"title", std::string{stamp}}});
}

std::string money(std::int64_t amount, std::string_view currency) {
  const auto known = Currency::parse(currency);
  return known ? to_text(Money{amount, *known}) : std::to_string(amount) + " " + std::string{currency};
}

void head_row(Html& html, std::initializer_list<std::string_view> headings) {
  html.open("thead").open("tr");
  for (const auto heading : headings) {
    const bool is_number = heading.starts_with('>');
    html.leaf("th", is_number ? heading.substr(1) : heading, {{"scope", "col"}, {is_number ? "class" : "", "number"}});
  }
  html.close().close();
}

void guard(Html& html, const Frame& frame) {
  html.lone("input", {{"type", "hidden"}, {"name", "csrf"}, {"value", frame.csrf}});
}

void reason_and_button(Html& html, std::string_view button, std::string_view id, bool is_grave) {
  const auto field = "reason-" + std::string{id};
  html.leaf("label", "Reason", {{"for", field}});
  html.lone("input",
            {{"id", field}, {"name", "reason"}, {"required", ""}, {"maxlength", "256"}, {"autocomplete", "off"}});
  html.leaf("button", button, {{"type", "submit"}, {"class", is_grave ? "grave" : "main"}});
}

const boost::json::array& rows_of(const boost::json::value& value) {
  static const boost::json::array none;
  return value.is_array() ? value.get_array() : none;
}

const boost::json::value& member(const boost::json::value& object, std::string_view name) {
  static const boost::json::value none;
  const auto* members = object.if_object();
  const auto* found = members == nullptr ? nullptr : members->if_contains(name);
  return found == nullptr ? none : *found;
}

void cell(Html& html, const std::string& what, std::string_view live, bool is_number) {
  html.leaf("td", what, {{is_number ? "class" : "", "number"}, {live.empty() ? "" : "data-cell", std::string{live}}});
}

void moment_cell(Html& html, const std::string& stamp) {
  html.open("td");
  moment(html, stamp);
  html.close();
}

void empty_row(Html& html, const boost::json::array& rows, int columns, std::string_view says) {
  if (!rows.empty()) return;
  html.open("tr").leaf("td", says, {{"colspan", std::to_string(columns)}, {"class", "empty"}}).close();
}

}  // namespace tael::console
