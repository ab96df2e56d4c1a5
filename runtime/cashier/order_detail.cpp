#include "runtime/cashier/order_detail.hpp"

#include "adapters/encoding/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace tael {
namespace {

namespace bj = boost::json;

constexpr std::size_t entries_max = 20;
constexpr std::size_t text_max = 120;

/// At most `text_max` bytes, never half a character.
std::string cut(std::string_view text) {
  if (text.size() <= text_max) return std::string{text};
  return std::string{whole_characters(text, text_max)} + "…";
}

/// A plain value as text; nothing for lists, objects and null.
std::optional<std::string> plain(const bj::value& value) {
  if (value.is_string()) return cut(std::string_view{value.get_string()});
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_bool()) return value.get_bool() ? "✓" : "✗";
  return std::nullopt;
}

std::optional<std::string> text_of(const bj::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr ? std::nullopt : plain(*value);
}

std::optional<std::int64_t> integer_of(const bj::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr || !value->is_int64() ? std::nullopt : std::optional{value->get_int64()};
}

const bj::array* list_of(const bj::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_array();
}

}  // namespace

OrderDetail read_detail(std::string_view json) {
  OrderDetail detail;
  boost::system::error_code unreadable;
  const auto document = bj::parse(bj::string_view{json.data(), json.size()}, unreadable);
  const auto* object = unreadable ? nullptr : document.if_object();
  if (object == nullptr) return detail;
  if (const auto* items = list_of(*object, "items"))
    for (const auto& each : *items) {
      const auto* item = each.if_object();
      const auto name = item == nullptr ? std::nullopt : text_of(*item, "name");
      if (!name || detail.items.size() == entries_max) continue;
      auto amount = integer_of(*item, "amount");
      if (amount && (*amount < 0 || *amount > 999'999'999'999'999)) amount = std::nullopt;
      detail.items.push_back({*name, integer_of(*item, "quantity").value_or(0), amount});
    }
  if (const auto* lines = list_of(*object, "lines"))
    for (const auto& each : *lines) {
      const auto* line = each.if_object();
      const auto label = line == nullptr ? std::nullopt : text_of(*line, "label");
      const auto value = line == nullptr ? std::nullopt : text_of(*line, "value");
      if (label && value && detail.lines.size() < entries_max) detail.lines.emplace_back(*label, *value);
    }
  detail.seller = text_of(*object, "seller").value_or("");
  for (const auto& [name, value] : *object)
    if (const auto text = plain(value); text && name != "seller" && detail.lines.size() < entries_max)
      detail.lines.emplace_back(cut(name), *text);
  return detail;
}

bool tells_of_payer(std::string_view payer_json, std::string_view member) {
  boost::system::error_code unreadable;
  const auto payer = bj::parse(payer_json, unreadable);
  const auto* object = unreadable ? nullptr : payer.if_object();
  const auto* value = object == nullptr ? nullptr : object->if_contains(member);
  return value != nullptr && value->is_string() && !value->get_string().empty();
}

}  // namespace tael
