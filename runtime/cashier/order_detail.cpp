#include "runtime/cashier/order_detail.hpp"

#include "adapters/channels/access/field_reader.hpp"
#include "adapters/channels/access/payer.hpp"
#include "adapters/encoding/utf8.hpp"

#include <span>

namespace tael {
namespace {

constexpr std::size_t entries_max = 20;
constexpr std::size_t text_max = 120;

/// At most `text_max` bytes, never half a character.
std::string cut(std::string_view text) {
  if (text.size() <= text_max) return std::string{text};
  return std::string{whole_characters(text, text_max)} + "…";
}

/// A plain value as text, a number as it was written; nothing for lists, objects and null.
std::optional<std::string> plain(const Tree& value) {
  switch (value.kind) {
    case Tree::Kind::text:
    case Tree::Kind::number: return cut(value.text);
    case Tree::Kind::boolean: return value.text == "true" ? "✓" : "✗";
    case Tree::Kind::null:
    case Tree::Kind::list:
    case Tree::Kind::object: break;
  }
  return std::nullopt;
}

std::optional<std::string> text_of(const Tree& object, std::string_view name) {
  const auto* value = object.find(name);
  return value == nullptr ? std::nullopt : plain(*value);
}

std::optional<std::int64_t> integer_of(const Tree& object, std::string_view name) {
  const auto* value = object.find(name);
  return value == nullptr || value->kind != Tree::Kind::number ? std::nullopt : parse_decimal(value->text, 0);
}

std::span<const Tree> list_of(const Tree& object, std::string_view name) {
  const auto* value = object.find(name);
  if (value == nullptr || value->kind != Tree::Kind::list) return {};
  return value->children;
}

}  // namespace

OrderDetail read_detail(std::string_view json) {
  OrderDetail detail;
  const auto document = read_json_tree(json, {.depth_max = 32});
  if (!document || document->kind != Tree::Kind::object) return detail;
  for (const auto& item : list_of(*document, "items")) {
    const auto name = text_of(item, "name");
    if (!name || detail.items.size() == entries_max) continue;
    auto amount = integer_of(item, "amount");
    if (amount && *amount < 0) amount = std::nullopt;
    detail.items.push_back({*name, integer_of(item, "quantity").value_or(0), amount});
  }
  for (const auto& line : list_of(*document, "lines")) {
    const auto label = text_of(line, "label"), value = text_of(line, "value");
    if (label && value && detail.lines.size() < entries_max) detail.lines.emplace_back(*label, *value);
  }
  detail.seller = text_of(*document, "seller").value_or("");
  for (const auto& member : document->children)
    if (const auto text = plain(member); text && member.name != "seller" && detail.lines.size() < entries_max)
      detail.lines.emplace_back(cut(member.name), *text);
  return detail;
}

bool tells_of_payer(std::string_view payer_json, std::string_view member) {
  return !Payer{payer_json}.text(member).empty();
}

}  // namespace tael
