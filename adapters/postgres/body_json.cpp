#include "adapters/postgres/body_json.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>

namespace tael::postgres {
namespace {

std::string quoted(const std::string& text) { return boost::json::serialize(boost::json::string_view{text}); }

struct ToJson {
  std::string operator()(const std::string& text) const { return quoted(text); }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(bool yes) const { return yes ? "true" : "false"; }
};

}  // namespace

std::string body_json(const Fields& fields) {
  std::string json = "{";
  for (const auto& field : fields) {
    if (json.size() > 1) json += ",";
    json += quoted(field.name) + ":" + std::visit(ToJson{}, field.value);
  }
  return json + "}";
}

}  // namespace tael::postgres
