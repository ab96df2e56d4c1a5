#include "runtime/inspect/order_history.hpp"

#include "actors/domain/ids.hpp"
#include "actors/domain/time.hpp"
#include "runtime/inspect/order_sql.hpp"
#include "runtime/inspect/text_table.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <ostream>

namespace tael {
namespace {

namespace json = boost::json;

std::string plain(const json::value& value) {
  return value.is_string() ? std::string{value.get_string()} : json::serialize(value);
}

std::string field(const json::object& details, const char* name) {
  const auto* value = details.if_contains(name);
  return value == nullptr || value->is_null() ? "" : plain(*value);
}

/// `code=PAID channel_transaction=T1`, without what is empty, zero or said elsewhere.
std::string told(const json::object& details) {
  std::string line;
  for (const auto& [name, value] : details) {
    const auto text = plain(value);
    if (text.empty() || text == "0" || text == "null" || name == "number" || name == "refund") continue;
    line += (line.empty() ? "" : " ") + std::string{name} + "=" + text;
  }
  return line;
}

std::string first_line(const std::string& message) { return message.substr(0, message.find('\n')); }

/// `asked aurora, POST /pay -> 200 approved in 35 ms`; a callback the other way round.
std::string told_exchange(const json::object& details) {
  const bool out = field(details, "direction") == "out";
  const auto status = field(details, "status");
  const auto request = first_line(field(details, "request"));
  // A method without an address: it was decided before there was anything to send.
  const auto address = request.find_first_not_of(' ', std::min(request.find(' '), request.size()));
  if (out && address == std::string::npos)
    return "did not ask " + field(details, "channel") + ": " + field(details, "outcome");
  auto line = (out ? "asked " : "heard ") + field(details, "channel") + ", " + request;
  line += " -> " + (status == "0" ? "" : status + " ") + field(details, "outcome");
  return out ? line + " in " + field(details, "took_ms") + " ms" : line;
}

Moment moment_of(const json::object& row) {
  const auto* details = row.at("details").if_object();
  const json::object none;
  const auto& given = details == nullptr ? none : *details;
  Moment moment{.at_ms = row.at("at_ms").to_number<std::int64_t>(),
                .source = field(row, "source"),
                .kind = field(row, "kind"),
                .about = field(row, "about"),
                .details = {},
                .cause = field(row, "cause"),
                .request = {},
                .response = {}};
  if (moment.source == "channel") {
    moment.details = told_exchange(given);
    moment.request = field(given, "request");
    moment.response = field(given, "response");
  } else if (moment.source == "timer") {
    moment.is_armed = true;
  } else {
    moment.details = told(given);
  }
  return moment;
}

/// `A01` instead of the order's id and A01: the order is the same in every line.
std::string shortened(std::string text, const std::string& order_id) {
  for (const auto& prefix : {"msg_" + order_id, order_id})
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) text.erase(at, prefix.size());
  return text;
}

/// `+0`, `+1.250s`, `+2min 3s`, `+1d 2h`: exact while it is short.
std::string relative(std::int64_t ms) {
  if (ms < 0) return "-" + relative(-ms).substr(1);
  const auto seconds = ms / 1000, minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  const auto pair = [](std::int64_t a, const char* unit_a, std::int64_t b, const char* unit_b) {
    return "+" + std::to_string(a) + unit_a + (b == 0 ? "" : " " + std::to_string(b) + unit_b);
  };
  if (ms == 0) return "+0";
  if (days > 0) return pair(days, "d", hours % 24, "h");
  if (hours > 0) return pair(hours, "h", minutes % 60, "min");
  if (minutes > 0) return pair(minutes, "min", seconds % 60, "s");
  auto thousandths = std::to_string(1000 + ms % 1000).substr(1);
  return "+" + std::to_string(seconds) + "." + thousandths + "s";
}

std::string because(const Moment& moment) {
  if (moment.is_armed) return "";
  return moment.cause.empty() ? "" : "because " + moment.cause;
}

void print_body(const char* what, const std::string& text, std::ostream& out) {
  if (text.empty()) return;
  out << "      " << what << "\n";
  for (std::size_t from = 0; from <= text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    const auto line = printable(text.substr(from, end - from), text.size());
    out << "      |" << (line.empty() ? "" : " ") << line << "\n";
    from = end + 1;
  }
}

}  // namespace

std::vector<Moment> order_history(postgres::Snapshot& snapshot, const std::string& order_id) {
  const auto rows =
      json::parse(snapshot.rows(order_history_sql(), postgres::Parameters{}
                                                         .add(static_cast<std::int16_t>(shard_of(order_id).value_or(0)))
                                                         .add(std::string_view{order_id})));
  std::vector<Moment> moments;
  for (const auto& row : rows.as_array()) moments.push_back(moment_of(row.as_object()));
  return moments;
}

void print_history(const std::string& order_id, const std::vector<Moment>& moments, bool bodies, std::ostream& out) {
  const auto start = moments.empty() ? 0 : moments.front().at_ms;
  TextTable table{{"", ">", "", "", "", "", ""}};
  std::string date;
  std::vector<std::string> dates;
  for (const auto& moment : moments) {
    const auto stamp = to_rfc3339(from_unix_ms(moment.at_ms));
    dates.push_back(stamp.substr(0, 10));
    const auto about = shortened(moment.about, order_id);
    table.add({stamp.substr(11, 12), relative(moment.at_ms - start), moment.source,
               moment.is_armed ? moment.kind + " armed" : moment.kind, about.substr(0, about.find(':')),
               printable(shortened(moment.details, order_id)), printable(shortened(because(moment), order_id))});
  }
  out << "order " << order_id << "\n";
  const auto lines = table.lines();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (dates[i] != date) out << "\n" << (date = dates[i]) << "\n";
    out << "  " << lines[i] << "\n";
    if (!bodies) continue;
    print_body("request", moments[i].request, out);
    print_body("response", moments[i].response, out);
  }
}

void print_history_json(const std::string& order_id, const std::vector<Moment>& moments, bool bodies,
                        std::ostream& out) {
  const auto start = moments.empty() ? 0 : moments.front().at_ms;
  json::array all;
  for (const auto& moment : moments) {
    json::object one{{"at", to_rfc3339(from_unix_ms(moment.at_ms))},
                     {"after_ms", moment.at_ms - start},
                     {"source", moment.source},
                     {"kind", moment.kind},
                     {"about", moment.about},
                     {"details", moment.details},
                     {"because", moment.cause}};
    if (moment.is_armed) one["armed"] = true;
    if (bodies && moment.source == "channel") {
      one["request"] = moment.request;
      one["response"] = moment.response;
    }
    all.push_back(std::move(one));
  }
  out << json::object{{"order", order_id}, {"moments", std::move(all)}} << "\n";
}

}  // namespace tael
