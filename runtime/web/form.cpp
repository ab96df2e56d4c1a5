#include "runtime/web/form.hpp"

#include "adapters/encoding/percent.hpp"

#include <algorithm>
#include <charconv>

namespace tael {
namespace {

constexpr std::size_t fields_max = 64;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Takes what stands before the next `separator` off `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto taken = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return trimmed(taken);
}

/// The weight of `zh;q=0.8`, 1 without one, as RFC 9110 section 12.4.2 has it.
double weight_of(std::string_view range) {
  const auto q = range.find_first_of("qQ", std::min(range.find(';'), range.size()));
  if (q == std::string_view::npos || range.substr(q + 1, 1) != "=") return 1;
  double weight = 0;
  const auto digits = trimmed(range.substr(q + 2));
  std::from_chars(digits.data(), digits.data() + digits.size(), weight);
  return weight;
}

/// Whether a range is of this language: `zh`, `ZH-cn`, `zh_Hant`, whatever its case.
bool is_of(std::string_view range, std::string_view language) {
  const auto tag = range.substr(0, range.find_first_of("-_; \t"));
  return std::ranges::equal(tag, language, {},
                            [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
}

}  // namespace

std::optional<Form> read_form(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto name = percent_decoded(pair.substr(0, equals), Plus::space);
    const auto rest = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    const auto value = percent_decoded(rest, Plus::space);
    if (!name || !value || form.size() == fields_max || !form.emplace(*name, *value).second) return std::nullopt;
  }
  return form;
}

const std::string& value_of(const Form& form, std::string_view name) {
  static const std::string none;
  const auto found = form.find(name);
  return found == form.end() ? none : found->second;
}

std::string cookie_of(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto pair = take_until(header, ';');
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return std::string{pair.substr(equals + 1)};
  }
  return {};
}

Language language_of(std::string_view accepted) {
  double english = 0, chinese = 0;
  while (!accepted.empty()) {
    const auto range = take_until(accepted, ',');
    if (is_of(range, "zh")) chinese = std::max(chinese, weight_of(range));
    if (is_of(range, "en")) english = std::max(english, weight_of(range));
  }
  return chinese > english ? Language::zh : Language::en;
}

std::string_view tag_of(Language language) { return language == Language::zh ? "zh-CN" : "en"; }

}  // namespace tael
