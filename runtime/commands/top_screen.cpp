#include "runtime/commands/top_screen.hpp"

#include "actors/domain/money.hpp"
#include "actors/domain/time.hpp"
#include "runtime/inspect/text_table.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace tael::commands {
namespace {

namespace json = boost::json;

std::string text(const json::value& object, std::string_view name) {
  const auto* members = object.if_object();
  const auto* value = members == nullptr ? nullptr : members->if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? printable(std::string{value->get_string()}) : json::serialize(*value);
}

std::int64_t number(const json::value& object, std::string_view name) {
  const auto* members = object.if_object();
  const auto* value = members == nullptr ? nullptr : members->if_contains(name);
  return value == nullptr || !value->is_int64() ? 0 : value->get_int64();
}

const json::array& rows(const json::value& object, std::string_view name) {
  static const json::array none;
  const auto* members = object.if_object();
  const auto* value = members == nullptr ? nullptr : members->if_contains(name);
  return value == nullptr || !value->is_array() ? none : value->get_array();
}

struct Colour {
  std::string_view word, code;
};
constexpr auto colours_of_words = std::to_array<Colour>(
    {{"open", "31"}, {"off", "31"}, {"forced_open", "31"}, {"half_open", "33"}, {"BROKEN", "31"}});

/// Colours the words that ask for a look, after columns are aligned: a colour has no width.
std::string coloured(std::string line) {
  for (const auto& [word, code] : colours_of_words)
    for (auto at = line.find(word); at != std::string::npos; at = line.find(word, at + 1)) {
      const auto end = at + word.size();
      const bool is_whole = (at == 0 || line[at - 1] == ' ') && (end == line.size() || line[end] == ' ');
      if (!is_whole) continue;
      line.insert(end, "\x1b[0m").insert(at, "\x1b[" + std::string{code} + "m");
      at = end;
    }
  return line;
}

std::string since(const std::string& from, const std::string& to) {
  const auto begin = parse_rfc3339(from), end = parse_rfc3339(to);
  if (!begin || !end) return "";
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*end - *begin).count();
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7'200) return std::to_string(seconds / 60) + " min";
  return std::to_string(seconds / 3'600) + " h";
}

std::string share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? "-" : std::to_string((100 * part + whole / 2) / whole) + "%";
}

std::string bad_of(const json::value& window) {
  std::string said;
  for (const char* kind : {"failures", "timeouts", "exceptions", "slow"})
    if (const auto count = number(window, kind); count > 0)
      said += (said.empty() ? "" : ", ") + std::to_string(count) + " " + kind;
  return said;
}

/// Those of the supervision tree that are not up, and how many are.
int add_fallen(const json::value& row, const std::string& above, TextTable& fallen) {
  int up = 0;
  for (const auto& child : rows(row, "children")) {
    const auto name = above.empty() ? text(child, "name") : above + "/" + text(child, "name");
    if (text(child, "state") == "up")
      ++up;
    else
      fallen.add({name, text(child, "state"), text(child, "since"), text(child, "next_at"), text(child, "starts"),
                  text(child, "reason")});
    up += add_fallen(child, name, fallen);
  }
  return up;
}

std::string supervision_of(const json::value& tree) {
  TextTable fallen{{"who", "state", "since", "next start", ">starts", "why"}};
  const auto up = add_fallen(tree, {}, fallen);
  auto out = "supervision: " + std::to_string(up) + " up" + (fallen.empty() ? "" : ", the others:") + "\n";
  if (!fallen.empty())
    for (const auto& line : fallen.lines()) out += line + "\n";
  return out;
}

std::string silent_links(const json::value& links) {
  std::string out;
  for (const auto& link : rows(links, "links")) {
    const auto* silent = link.as_object().if_contains("silent");
    if (silent == nullptr || !silent->is_bool() || !silent->get_bool()) continue;
    out += "link silent: " + text(link, "path") + ", " + share(number(link, "paid"), number(link, "sent")) + " of " +
           text(link, "sent") + " attempts completed\n";
  }
  return out;
}

std::string money(const json::value& line, const char* part) {
  const auto currency = Currency::parse(text(line, "currency"));
  return currency ? to_text(Money{number(line, part), *currency}) : text(line, part);
}

}  // namespace

std::string top_screen(const json::value& overview, bool colours) {
  std::string out = "Tael " + text(overview, "version") + "  " + text(overview, "node") + "  up " +
                    since(text(overview, "up_since"), text(overview, "at")) + "  " + text(overview, "at") + "\n\n";
  const auto* counts = overview.as_object().if_contains("counts");
  if (counts == nullptr || counts->is_null()) {
    out += "The store does not answer.\n";
  } else {
    out += "orders open " + text(*counts, "orders_open") + ", attempts in doubt " + text(*counts, "attempts_in_doubt") +
           ", refunds open " + text(*counts, "refunds_open") + " (parked " + text(*counts, "refunds_parked") + ")\n";
    out += "notices due " + text(*counts, "notices_due") + " (parked " + text(*counts, "notices_parked") +
           "), timers " + text(*counts, "timers_armed") + " (late " + text(*counts, "timers_late") +
           "), alerts in 24 h " + text(*counts, "alerts_today") + "\n";
  }
  TextTable table{{"path", "state", "switch", ">calls/min", ">answered", ">paid", ">mean ms", ">slowest ms", "window"}};
  for (const auto& path : rows(overview, "paths")) {
    const auto& minute = path.at("last_minute");
    const auto calls = number(minute, "calls");
    table.add({text(path, "path"), text(path, "state"), text(path, "static_switch"), std::to_string(calls),
               share(number(minute, "answered"), calls), text(minute, "paid"), text(minute, "mean_ms"),
               text(minute, "slowest_ms"), bad_of(path.at("window"))});
  }
  out += "\n";
  for (const auto& line : table.lines()) out += (colours ? coloured(line) : line) + "\n";
  if (rows(overview, "paths").empty()) out += "The breakers have not answered.\n";
  const auto* links = overview.as_object().if_contains("links");
  if (links != nullptr) out += silent_links(*links);
  const auto* tree = overview.as_object().if_contains("supervision");
  if (tree != nullptr && !tree->is_null()) out += "\n" + supervision_of(*tree);
  out += "\n";
  for (const auto& line : rows(overview, "conservation")) {
    const bool holds = line.at("holds").is_bool() && line.at("holds").get_bool();
    const auto said = text(line, "channel") + ": received " + money(line, "received") + " = booked " +
                      money(line, "booked") + " + refunded " + money(line, "refunded") + " + suspense " +
                      money(line, "suspense") + (holds ? "" : "  BROKEN");
    out += (colours ? coloured(said) : said) + "\n";
  }
  return out;
}

}  // namespace tael::commands
