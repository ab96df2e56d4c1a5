#include "runtime/log/log_line.hpp"

#include "actors/domain/assert.hpp"
#include "adapters/encoding/text.hpp"
#include "adapters/encoding/utf8.hpp"

#include <algorithm>
#include <array>

namespace tael {

namespace {

constexpr std::string_view cut_mark = R"(,"cut":true)";
constexpr std::string_view ellipsis = "...";
/// What a line may hold before its last brace.
constexpr std::size_t room_max = log_line_bytes_max - 2 - cut_mark.size();
constexpr auto own_names = std::to_array<std::string_view>({"ts", "level", "event", "node", "cut"});
constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD, for bytes that are not UTF-8.

/// The next character as it stands inside a JSON string; moves `at` past it. Much of what is no text is legal JSON, but
/// moves a terminal, turns a line around or ends it for some readers: all of it is escaped.
std::string_view escaped(std::string_view text, std::size_t& at, std::array<char, 7>& space) {
  constexpr std::string_view hex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(text[at]);
  const auto length = utf8_length(text, at);
  if (length == 0) return ++at, replacement;
  const auto whole = text.substr(at, length);
  at += length;
  const auto code = [&](std::size_t number) {
    space = {'\\', 'u', hex[number >> 12 & 15], hex[number >> 8 & 15], hex[number >> 4 & 15], hex[number & 15]};
    return std::string_view{space.data(), 6};
  };
  if (byte == '"') return "\\\"";
  if (byte == '\\') return "\\\\";
  if (byte == '\n') return "\\n";
  if (byte < 0x20 || byte == 0x7F) return code(byte);
  if (byte < 0x80) return whole;
  const auto point = utf8_point(whole, 0, length);
  if (!is_never_text(point)) return whole;
  return point <= 0xFFFF ? code(point) : replacement;
}

/// Appends `"text"`; false when it was cut to fit into `room`.
bool put_string(std::string& line, std::string_view text, std::size_t room = room_max) {
  line += '"';
  std::array<char, 7> space{};
  for (std::size_t at = 0; at < text.size();) {
    const auto next = escaped(text, at, space);
    if (line.size() + next.size() + ellipsis.size() + 1 > room) {
      line.append(ellipsis) += '"';
      return false;
    }
    line.append(next);
  }
  line += '"';
  return true;
}

void put_head(std::string& line, std::string_view name, std::string_view value) {
  constexpr std::size_t value_bytes_max = 256;
  line.append(line.empty() ? "{\"" : ",\"").append(name).append("\":");
  put_string(line, value, line.size() + value_bytes_max);
}

/// Appends `,"name":value`; false, with the line as long as it may be, when not all of it fits.
bool put_field(std::string& line, const Field& field, const Redactor& redactor) {
  const auto before = line.size();
  line += ',';
  const bool ours = std::ranges::find(own_names, field.name) != own_names.end();
  const bool name_fits = put_string(line, ours ? field.name + "_" : field.name, room_max - 64);
  line += ':';
  if (!name_fits || line.size() + 32 > room_max) return line.resize(before), false;
  if (const auto* flag = std::get_if<bool>(&field.value)) return line.append(*flag ? "true" : "false"), true;
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    const auto digits = std::to_string(*number);
    const auto shown = redactor.value(field.name, digits);  // A card number is one in any type.
    if (shown != digits) return put_string(line, shown);
    return line.append(digits), true;
  }
  return put_string(line, redactor.value(field.name, std::get<std::string>(field.value)));
}

}  // namespace

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
  }
  broken_promise("level", "a level has a name", __FILE__, __LINE__);
}

std::string log_line(TimePoint at, Level level, std::string_view node, std::string_view event, const Fields& fields,
                     const Redactor& redactor) {
  std::string line;
  line.reserve(256);
  put_head(line, "ts", to_rfc3339(at));
  put_head(line, "level", name_of(level));
  put_head(line, "event", event);
  put_head(line, "node", node);
  const bool whole = std::ranges::all_of(fields, [&](const Field& field) { return put_field(line, field, redactor); });
  if (!whole) line.append(cut_mark);
  line += '}';
  return line;
}

}  // namespace tael
