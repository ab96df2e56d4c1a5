// What the API's listener tells of itself: the whole description without what is only asked at the operators'.
#include "runtime/api/orders_api.hpp"

namespace tael {
namespace {

/// Of the document's own layout: a path stands at two blanks, and what belongs to it deeper.
bool begins_a_path(std::string_view line) { return line.starts_with("  /"); }
bool ends_a_path(std::string_view line) { return !line.empty() && !line.starts_with("   "); }

bool is_for_operators(std::string_view line) {
  return line.starts_with("  /admin/") || line.starts_with("  /metrics:");
}

bool is_line_for_operators(std::string_view line) {
  return line.starts_with("  - {name: operators,") || line.starts_with("    admin: {type: apiKey");
}

std::string without_operators(std::string_view whole) {
  std::string text;
  text.reserve(whole.size());
  bool skips = false;
  while (!whole.empty()) {
    const auto line = whole.substr(0, whole.find('\n'));
    const auto with_end = whole.substr(0, line.size() + 1);
    whole.remove_prefix(with_end.size());
    if (begins_a_path(line))
      skips = is_for_operators(line);
    else if (ends_a_path(line))
      skips = false;
    if (!skips && !is_line_for_operators(line)) text.append(with_end);
  }
  return text;
}

}  // namespace

std::string_view openapi_of_businesses() {
  static const std::string text = without_operators(openapi_yaml());
  return text;
}

}  // namespace tael
