#include "adapters/postgres/body_json.hpp"

#include <string_view>

namespace tael::postgres {
namespace {

// Written by hand because a journal row has a dozen of these and a serializer costs more than all of them.
void put_quoted(std::string& json, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  json += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (json += '\\') += c;
    } else if (byte < 0x20) {
      ((json += "\\u00") += digits[byte >> 4]) += digits[byte & 15];
    } else {
      json += c;
    }
  }
  json += '"';
}

struct PutValue {
  std::string& json;
  void operator()(const std::string& text) const { put_quoted(json, text); }
  void operator()(std::int64_t number) const { json += std::to_string(number); }
  void operator()(bool yes) const { json += yes ? "true" : "false"; }
};

}  // namespace

std::string body_json(const Fields& fields) {
  std::string json = "{";
  for (const auto& field : fields) {
    if (json.size() > 1) json += ',';
    put_quoted(json, field.name);
    json += ':';
    std::visit(PutValue{json}, field.value);
  }
  json += '}';
  return json;
}

}  // namespace tael::postgres
