#include "runtime/inspect/text_table.hpp"

#include "adapters/encoding/text.hpp"
#include "adapters/encoding/utf8.hpp"

#include <algorithm>
#include <ostream>

namespace tael {
namespace {

/// Characters, not bytes: a continuation byte of UTF-8 takes no place of its own.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool stands_right(const std::string& heading) { return heading.starts_with('>'); }

}  // namespace

std::vector<std::string> TextTable::lines() const {
  std::vector<std::vector<std::string>> all;
  std::vector<std::string> names;
  for (const auto& heading : headings_) names.push_back(heading.substr(stands_right(heading) ? 1 : 0));
  const bool has_names = std::ranges::any_of(names, [](const std::string& name) { return !name.empty(); });
  if (has_names) all.push_back(names);
  all.insert(all.end(), rows_.begin(), rows_.end());

  std::vector<std::size_t> widths(headings_.size());
  for (const auto& row : all)
    for (std::size_t c = 0; c < row.size() && c < widths.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c]));
  std::vector<std::string> made;
  for (const auto& row : all) {
    std::string line;
    for (std::size_t c = 0; c < row.size() && c < widths.size(); ++c) {
      if (widths[c] == 0) continue;  // Nothing to say in this column at all.
      const std::string gap(widths[c] - width_of(row[c]), ' ');
      if (!line.empty()) line += "  ";
      line += stands_right(headings_[c]) ? gap + row[c] : row[c] + gap;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    made.push_back(std::move(line));
  }
  return made;
}

void TextTable::print(std::ostream& out, const std::string& indent) const {
  for (const auto& line : lines()) out << indent << line << "\n";
}

std::string printable(std::string text, std::size_t most) {
  text = escape_controls(text);
  if (text.size() <= most) return text;
  return std::string{whole_characters(text, most)} + "...";
}

}  // namespace tael
