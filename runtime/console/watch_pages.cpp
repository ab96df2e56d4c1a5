// Pages of what watches: the links, each path's two ends against its own past; and the supervision tree.
#include "runtime/console/pages.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace tael::console {
namespace {

namespace bj = boost::json;

/// A part of one in per cent; nothing when there is none.
std::optional<long> percent(const bj::value& link, std::string_view name) {
  const auto& part = member(link, name);
  if (!part.is_double() && !part.is_int64()) return std::nullopt;
  return std::lround(100 * part.to_number<double>());
}
std::string percent_text(std::optional<long> part) { return part ? std::to_string(*part) + " %" : "–"; }

std::string_view word_of(const bj::value& link) {
  if (text(link, "silent") == "true") return "silent";
  return percent(link, "rate") && percent(link, "usual_rate") ? "as usual" : "too few to say";
}

std::string of(const bj::value& link, const char* part, const char* whole) {
  return std::to_string(number(link, part)) + " of " + std::to_string(number(link, whole));
}

/// The share that completes as a bar, with a mark where it usually ends. The script moves both.
void bar(Html& html, const std::string& path, std::optional<long> rate, std::optional<long> usual) {
  const auto width = [](std::optional<long> part) { return std::to_string(std::clamp(part.value_or(0), 0L, 100L)); };
  html.open("svg", {{"class", "bar"},
                    {"viewBox", "0 0 100 10"},
                    {"preserveAspectRatio", "none"},
                    {"aria-hidden", "true"},  // The figures beside it say the same.
                    {"data-bar", path}});
  html.leaf("rect", "", {{"class", "track"}, {"width", "100"}, {"height", "10"}});
  html.leaf("rect", "", {{"class", "part"}, {"width", width(rate)}, {"height", "10"}});
  html.leaf("rect", "",
            {{"class", usual ? "usual" : "usual none"}, {"x", width(usual)}, {"width", "1"}, {"height", "10"}});
  html.close();
}

/// What the monitor can be turned to, and what that means to whoever does it.
struct Turn {
  std::string_view to, button, meaning;
  bool is_grave;
};
constexpr std::array<Turn, 3> turns{{
    {"on", "Turn it on", "Every attempt counts, and is judged every second. After `off` it starts from nothing.",
     false},
    {"down", "Turn it down", "For a peak: one attempt in eight counts, and is judged every ten seconds.", false},
    {"off", "Turn it off", "Nothing counts, and nobody notices payers who do not complete.", true},
}};

void turn_forms(Html& html, const Frame& frame, std::string_view is) {
  html.open("section").leaf("h2", "The monitor");
  html.open("p").text("It is ");
  pill(html, is);
  html.text(". Payments do not wait for it, whatever it is.").close();
  if (!frame.may_operate) return void(html.close());
  for (const auto& turn : turns) {
    if (turn.to == is) continue;
    html.open("form", {{"method", "post"}, {"action", "/console/links"}, {"class", "deed"}});
    guard(html, frame);
    html.lone("input", {{"type", "hidden"}, {"name", "to"}, {"value", std::string{turn.to}}});
    reason_and_button(html, turn.button, "turn-" + std::string{turn.to}, turn.is_grave);
    html.leaf("p", turn.meaning, {{"class", "hint"}});
    html.close();
  }
  html.close();
}

/// `name` is the whole path in the tree, by which the script finds the row.
void supervised_rows(Html& html, const bj::value& row, const std::string& above, int depth) {
  const auto name = above.empty() ? text(row, "name") : above + "/" + text(row, "name");
  html.open("tr", {{"class", "depth-" + std::to_string(std::min(depth, 2))}});
  html.leaf("th", text(row, "name"), {{"scope", "row"}}).open("td");
  pill(html, text(row, "state"), "supervised:" + name + ":state");
  html.close();
  cell(html, text(row, "lifetime"));
  html.open("td");
  html.open("span", {{"data-moment", "supervised:" + name + ":since"}});
  moment(html, text(row, "since"));
  html.close().close();
  cell(html, text(row, "starts"), "supervised:" + name + ":starts", true);
  html.open("td").open("span", {{"data-moment", "supervised:" + name + ":next_at"}});
  moment(html, text(row, "next_at"));
  html.close().close();
  html.leaf("td", text(row, "reason"), {{"class", "wrap"}, {"data-cell", "supervised:" + name + ":reason"}});
  html.close();
  for (const auto& child : rows_of(member(row, "children"))) supervised_rows(html, child, name, depth + 1);
}

}  // namespace

std::string links_page(const Frame& frame, const bj::value& links) {
  auto html = open_page(frame);
  html.leaf(
      "p",
      "Calls can all succeed while nobody's money arrives. Judged are attempts whose payers have had their time; they "
      "are held against the same path's own past. `link_monitor` in node.yaml has the lengths.",
      {{"class", "hint"}});
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Links"}});
  html.open("table").leaf("caption", "Attempts that ended paid");
  head_row(html, {"Path", "Completing", "State", ">Judged", ">Usually", ">Of attempts", ">Since then, so far"});
  html.open("tbody");
  const auto& rows = rows_of(member(links, "links"));
  for (const auto& link : rows) {
    const auto path = text(link, "path");
    const auto rate = percent(link, "rate"), usual = percent(link, "usual_rate");
    html.open("tr").open("th", {{"scope", "row"}});
    html.leaf("a", path, {{"href", "/console/paths/" + path}}).close().open("td");
    bar(html, path, rate, usual);
    html.close().open("td");
    pill(html, word_of(link), "link:" + path + ":word");
    html.close();
    cell(html, percent_text(rate), "link:" + path + ":rate", true);
    cell(html, percent_text(usual), "link:" + path + ":usual", true);
    cell(html, of(link, "paid", "sent"), "link:" + path + ":judged", true);
    cell(html, of(link, "paid_lately", "sent_lately"), "link:" + path + ":lately", true);
    html.close();
  }
  empty_row(html, rows, 7,
            links.is_null() ? "The monitor has not answered." : "Nobody has tried to pay since the monitor began.");
  html.close().close().close();
  if (!links.is_null()) turn_forms(html, frame, text(links, "monitor"));
  return close_page(std::move(html));
}

std::string supervision_page(const Frame& frame, const bj::value& tree) {
  auto html = open_page(frame);
  html.leaf(
      "p",
      "Each stands below who watches it. An adapter that crashes is started again, ever more slowly; out of budget it "
      "is parked, its channel closed, and one start tries it when the time is over. A service of the node that ends "
      "takes the node with it: whoever started the node starts it again.",
      {{"class", "hint"}});
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Supervision tree"}});
  html.open("table", {{"class", "tree"}}).leaf("caption", "Permanent: always started again");
  head_row(html, {"Who", "State", "Lifetime", "Since", ">Starts", "Next start", "Why it ended last"});
  html.open("tbody");
  const auto& rows = rows_of(member(tree, "children"));
  for (const auto& row : rows) supervised_rows(html, row, {}, 0);
  empty_row(html, rows, 7, "Nobody has been started yet.");
  return close_page(std::move(html));
}

}  // namespace tael::console
