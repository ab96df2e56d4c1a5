#include "runtime/inspect/order_file.hpp"

#include "actors/domain/ids.hpp"
#include "actors/domain/money.hpp"
#include "runtime/inspect/order_sql.hpp"
#include "runtime/inspect/text_table.hpp"

#include <boost/json.hpp>

#include <ostream>

namespace tael {
namespace {

namespace json = boost::json;

std::string text(const json::object& row, const char* name) {
  const auto* value = row.if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  if (value->is_string()) return printable(std::string{value->get_string()});
  return json::serialize(*value);
}

std::string money(const json::object& row, const char* name) {
  const auto currency = Currency::parse(text(row, "currency"));
  const auto amount = row.at(name).to_number<std::int64_t>();
  return currency ? to_text(Money{amount, *currency}) : std::to_string(amount) + " " + text(row, "currency");
}

void print_order(const json::object& order, bool is_held, std::ostream& out) {
  out << "order " << text(order, "id") << " is " << text(order, "state")
      << (order.at("poisoned").as_bool() ? ", and parked for a person" : "")
      << (is_held ? ", and a person has to look: an adapter died of it" : "") << "\n\n";
  TextTable facts{{"", ""}};
  const auto fact = [&](const char* name) {
    if (auto value = text(order, name); !value.empty()) facts.add({name, std::move(value)});
  };
  for (const char* name : {"business", "order_no", "type", "scene", "institution", "subject"}) fact(name);
  for (const char* name : {"amount", "paid_amount", "refunding_amount", "refunded_amount"})
    if (order.at(name).to_number<std::int64_t>() != 0) facts.add({name, money(order, name)});
  for (const char* name : {"paid_by", "close_reason", "notify_url", "created_at", "expires_at", "paid_at", "heard_at",
                           "closed_at", "close_at"})
    fact(name);
  for (const char* name : {"shard", "version"}) fact(name);
  facts.print(out, "  ");
}

/// A section's rows under its columns; `amount` columns as money. Nothing when there are none.
void print_section(const json::object& file, const char* section, const std::vector<std::string>& columns,
                   std::ostream& out) {
  const auto& rows = file.at(section).as_array();
  if (rows.empty()) return;
  TextTable table{columns};
  for (const auto& row : rows) {
    std::vector<std::string> cells;
    for (const auto& column : columns) {
      const auto name = column.substr(column.starts_with('>') ? 1 : 0);
      const auto& object = row.as_object();
      cells.push_back(name.ends_with("amount") ? money(object, name.c_str()) : text(object, name.c_str()));
    }
    table.add(std::move(cells));
  }
  out << "\n" << section << "\n";
  table.print(out, "  ");
}

}  // namespace

std::optional<std::string> find_order(postgres::Snapshot& snapshot, const OrderWanted& wanted) {
  const auto first_id = [](const std::string& rows) -> std::optional<std::string> {
    const auto found = json::parse(rows);
    if (found.as_array().empty()) return std::nullopt;
    return std::string{found.as_array()[0].at("id").as_string()};
  };
  if (const auto id = order_of(wanted.id)) {
    const auto found = first_id(snapshot.rows(
        "select id from tael.orders where shard = $1::smallint and id = $2::text",
        postgres::Parameters{}.add(static_cast<std::int16_t>(shard_of(*id).value_or(0))).add(std::string_view{*id})));
    if (found) return found;
  }
  const auto& order_no = wanted.order_no.empty() ? wanted.id : wanted.order_no;
  if (wanted.business.empty() || order_no.empty()) return std::nullopt;
  return first_id(
      snapshot.rows("select id from tael.orders where business = $1::text and order_no = $2::text",
                    postgres::Parameters{}.add(std::string_view{wanted.business}).add(std::string_view{order_no})));
}

std::string order_file(postgres::Snapshot& snapshot, const std::string& order_id) {
  const auto parameters = postgres::Parameters{}
                              .add(static_cast<std::int16_t>(shard_of(order_id).value_or(0)))
                              .add(std::string_view{order_id});
  json::object file;
  for (const auto& [name, sql] : order_sections_sql()) {
    auto rows = json::parse(snapshot.rows(sql, parameters));
    file[name] = name == "order" ? rows.at(0) : std::move(rows);
  }
  return json::serialize(file);
}

void print_order_file(const std::string& file, std::ostream& out) {
  const auto parsed = json::parse(file);
  const auto& sections = parsed.as_object();
  print_order(sections.at("order").as_object(), !sections.at("quarantined").as_array().empty(), out);
  print_section(sections, "attempts",
                {"number", "path", "state", ">amount", ">received_amount", "channel_transaction", "code", "sent_at",
                 "inquire_at", "paid_at", "finished_at"},
                out);
  print_section(sections, "refunds",
                {"id", "refund_no", "attempt", "state", "cause", ">amount", "channel_transaction", "code", ">tries",
                 "created_at", "next_at", "refunded_at", "finished_at"},
                out);
  print_section(sections, "notices", {"id", "type", "state", ">tries", "next_at", "url", "last_error"}, out);
  print_section(sections, "entries", {"rule", "account", ">amount", "on_its_way", "at", "cause"}, out);
  print_section(sections, "timers", {"kind", "ref", "due_at"}, out);
  print_section(sections, "alerts", {"severity", "kind", "ref", "at", "message"}, out);
  print_section(sections, "quarantined", {"channel", "message", ">crashes", "last_at", ">alert", "error"}, out);
}

}  // namespace tael
