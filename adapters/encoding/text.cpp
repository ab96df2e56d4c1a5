#include "adapters/encoding/text.hpp"

#include "adapters/encoding/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tael {
namespace {

struct Range {
  std::uint32_t first, last;
  std::string_view what;
};

constexpr std::string_view control = "a control character", separator = "a line's end of its own kind",
                           direction = "turns the direction of text", unseen = "cannot be seen",
                           noncharacter = "is no character", joins_nothing = "joins nothing where it stands";

// clang-format off
constexpr auto never_text = std::to_array<Range>({
    {0x0000, 0x001F, control},      {0x007F, 0x009F, control},
    {0x061C, 0x061C, direction},    {0x115F, 0x1160, unseen},      {0x17B4, 0x17B5, unseen},       {0x180E, 0x180E, unseen},
    {0x200B, 0x200B, unseen},       {0x200E, 0x200F, direction},   {0x2028, 0x2029, separator},    {0x202A, 0x202E, direction},
    {0x2060, 0x2065, unseen},       {0x2066, 0x2069, direction},   {0x206A, 0x206F, unseen},       {0x3164, 0x3164, unseen},
    {0xFDD0, 0xFDEF, noncharacter}, {0xFEFF, 0xFEFF, unseen},      {0xFFA0, 0xFFA0, unseen},       {0xFFF0, 0xFFFB, unseen},
    {0x1BCA0, 0x1BCA3, unseen},     {0x1D173, 0x1D17A, unseen},    {0xE0000, 0xE001F, unseen},     {0xE0080, 0xE00FF, unseen},
    {0xE01F0, 0xE0FFF, unseen},
});
/// What changes the character before it: variation selectors, and the grapheme joiner of Hebrew.
constexpr auto follows = std::to_array<Range>({
    {0x034F, 0x034F, joins_nothing}, {0x180B, 0x180D, joins_nothing}, {0x180F, 0x180F, joins_nothing},
    {0xFE00, 0xFE0F, joins_nothing}, {0xE0100, 0xE01EF, joins_nothing},
});
constexpr auto blanks = std::to_array<Range>({
    {' ', ' ', {}}, {'\t', '\t', {}}, {'\n', '\n', {}}, {'\r', '\r', {}}, {0x00A0, 0x00A0, {}}, {0x1680, 0x1680, {}}, {0x2000, 0x200A, {}},
    {0x202F, 0x202F, {}}, {0x205F, 0x205F, {}}, {0x2800, 0x2800, {}}, {0x3000, 0x3000, {}},
});
// clang-format on

template <class Ranges>
std::string_view what_in(const Ranges& ranges, std::uint32_t point) {
  const auto found = std::ranges::find_if(ranges, [&](const Range& r) { return point >= r.first && point <= r.last; });
  return found == ranges.end() ? std::string_view{} : found->what;
}

bool is_blank(std::uint32_t point) {
  return std::ranges::any_of(blanks, [&](const Range& r) { return point >= r.first && point <= r.last; });
}
/// U+00AD, U+200C and U+200D stand between two characters.
bool is_joiner(std::uint32_t point) { return point == 0xAD || point == 0x200C || point == 0x200D; }
/// The letters of a flag: behind the black flag, U+1F3F4.
bool is_tag(std::uint32_t point) { return point >= 0xE0020 && point <= 0xE007F; }

std::string_view why_never(std::uint32_t point) {
  if ((point & 0xFFFE) == 0xFFFE) return noncharacter;
  return what_in(never_text, point);
}

std::string code_of(std::uint32_t point, const char* format) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, point);
  return text.data();
}

/// How many bytes from `begin` on are printable ASCII: most of most texts.
std::size_t plain_run(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && text[end] >= 0x20 && text[end] < 0x7F) ++end;
  return end - begin;
}

}  // namespace

std::string_view TextScan::what_is_wrong_with(std::uint32_t point, std::size_t end) const {
  if (lines_ == Lines::many && (point == '\t' || point == '\n' || point == '\r')) return {};
  if (const auto what = why_never(point); !what.empty()) return what;
  if (is_tag(point)) return before_ == 0x1F3F4 || is_tag(before_) ? std::string_view{} : unseen;
  const bool has_before = !is_blank(before_) && !is_joiner(before_);
  if (!what_in(follows, point).empty()) return has_before ? std::string_view{} : joins_nothing;
  if (!is_joiner(point)) return {};
  const auto length = end < text_.size() ? utf8_length(text_, end) : 0;
  const bool has_after = length > 0 && !is_blank(utf8_point(text_, end, length));
  return has_before && has_after ? std::string_view{} : joins_nothing;
}

std::optional<TextFault> TextScan::next() {
  while (at_ < text_.size()) {
    if (const auto run = plain_run(text_, at_); run > 0) {
      at_ += run;
      before_ = static_cast<unsigned char>(text_[at_ - 1]);
      continue;
    }
    const auto at = at_, length = utf8_length(text_, at);
    if (length == 0) {
      ++at_;
      return TextFault{at, 1, static_cast<unsigned char>(text_[at]), "is no UTF-8", true};
    }
    const auto point = utf8_point(text_, at, length);
    at_ += length;
    const auto what = what_is_wrong_with(point, at_);
    if (!what.empty()) return TextFault{at, length, point, what};
    before_ = point;
  }
  return std::nullopt;
}

bool is_text(std::string_view text, Lines lines) { return !TextScan{text, lines}.next(); }

std::string text_fault(std::string_view text, Lines lines) {
  const auto fault = TextScan{text, lines}.next();
  if (!fault) return {};
  const auto name = fault->is_byte ? code_of(fault->point, "the byte 0x%02X") : code_of(fault->point, "U+%04X");
  return name + (fault->what.starts_with("a ") ? ", " : ", which ") + std::string{fault->what};
}

bool is_never_text(std::uint32_t point) { return !why_never(point).empty(); }

std::string escape_controls(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  TextScan scan{text, Lines::one};
  std::size_t from = 0;
  while (const auto fault = scan.next()) {
    escaped.append(text, from, fault->at - from);
    from = fault->at + fault->length;
    const auto point = fault->point;
    if (point == '\n' || point == '\r' || point == '\t')
      escaped += point == '\n' ? "\\n" : point == '\r' ? "\\r" : "\\t";
    else
      escaped += code_of(point, fault->is_byte || point < 0x80 ? "\\x%02x" : "\\u{%x}");
  }
  return escaped.append(text, from);
}

bool has_blank_edges(std::string_view text) {
  if (text.empty()) return false;
  const auto first = utf8_length(text, 0);
  auto last = text.size() - 1;
  while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) --last;
  const auto length = utf8_length(text, last);
  return (first > 0 && is_blank(utf8_point(text, 0, first))) ||
         (length > 0 && is_blank(utf8_point(text, last, length)));
}

}  // namespace tael
