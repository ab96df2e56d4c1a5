#include "adapters/channels/access/masking.hpp"

#include "adapters/channels/access/hidden_names.hpp"
#include "adapters/encoding/card_numbers.hpp"
#include "adapters/encoding/text.hpp"
#include "adapters/encoding/utf8.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tael {

namespace {

constexpr std::string_view hidden = "***";
/// A secret shorter than this would blank out half of every text.
constexpr std::size_t secret_length_min = 6;
/// What may stand beyond the cut and still decides what stands before it.
constexpr std::size_t slack = 512;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

void replace_all(std::string& text, std::string_view what) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + hidden.size()))
    text.replace(at, what.size(), hidden);
}

std::string cut(std::string text) {
  if (text.size() <= exchange_bytes_max) return text;
  constexpr std::string_view mark = "...";
  return std::string{whole_characters(text, exchange_bytes_max - mark.size())}.append(mark);
}

}  // namespace

Masking::Masking(std::vector<std::string> secrets, std::vector<std::string> hidden_names)
    : secrets_(std::move(secrets)), hidden_names_(std::move(hidden_names)) {
  std::erase_if(secrets_, [](const std::string& secret) { return secret.size() < secret_length_min; });
}

bool Masking::hides(std::string_view name) const {
  return is_hidden_name(name) || std::ranges::any_of(hidden_names_, [&](const std::string& hidden_name) {
           return same_name(name, hidden_name);
         });
}

/// `"name": "value"` and `"name": 123` lose their value when the name is a hidden one. Works on text,
/// so a body that is cut or broken is masked too.
std::string Masking::without_hidden_members(std::string_view json) const {
  std::string kept;
  kept.reserve(json.size());
  const auto skip_space = [&](std::size_t i) {
    while (i < json.size() && (json[i] == ' ' || json[i] == '\t' || json[i] == '\r' || json[i] == '\n')) ++i;
    return i;
  };
  const auto string_end = [&](std::size_t i) {  // One past the closing quote of the string that begins at i.
    for (++i; i < json.size() && json[i] != '"'; ++i) i += json[i] == '\\' ? 1 : 0;
    return std::min(i + 1, json.size());
  };
  for (std::size_t i = 0; i < json.size();) {
    if (json[i] != '"') {
      const auto quote = std::min(json.find('"', i), json.size());
      kept.append(json, i, quote - i);
      i = quote;
      continue;
    }
    const auto end = string_end(i);
    kept.append(json, i, end - i);
    const auto name = json.substr(i + 1, end - i >= 2 ? end - i - 2 : 0);
    const auto colon = skip_space(end);
    i = end;
    if (colon >= json.size() || json[colon] != ':' || !hides(name)) continue;
    auto value = skip_space(colon + 1);
    if (value < json.size() && json[value] == '"') {
      value = string_end(value);
    } else {
      while (value < json.size() && json[value] != ',' && json[value] != '}') ++value;
    }
    kept.append(":\"").append(hidden).append("\"");
    i = value;
  }
  return kept;
}

/// The same for `<name>value</name>`, for `name=value` of forms and queries, and for members of a JSON text within a
/// form or within another JSON text: `%22name%22%3A%22value%22`, `\"name\":\"value\"`.
std::string Masking::without_hidden_pairs(std::string_view text) const {
  struct Quote {
    std::string_view mark, colon;
  };
  static constexpr auto quotes = std::to_array<Quote>({{"%22", "%3A"}, {"\\\"", ":"}});
  constexpr auto none = std::string_view::npos;
  std::string kept;
  kept.reserve(text.size());
  std::size_t name_begin = 0;  // Of what may be the name of a form's pair.
  const auto hide_until = [&](std::size_t begin, std::size_t end) {
    kept.append(hidden);
    return std::max(begin, std::min(end, text.size()));
  };
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '=' && hides(text.substr(name_begin, i - name_begin))) {
      kept += c;
      i = name_begin = hide_until(i + 1, text.find_first_of("&\"'<>\\ \r\n", i + 1));
      continue;
    }
    if (c == '<') {
      const auto close = text.find('>', i);
      if (close != none && hides(text.substr(i + 1, close - i - 1))) {
        kept.append(text, i, close + 1 - i);
        i = name_begin = hide_until(close + 1, text.find("</", close));
        continue;
      }
    }
    const auto* quote =
        std::ranges::find_if(quotes, [&](const Quote& q) { return text.substr(i).starts_with(q.mark); });
    if (quote != quotes.end()) {
      const auto name_at = i + quote->mark.size(), name_end = text.find(quote->mark, name_at);
      const std::string middle = std::string{quote->mark} + std::string{quote->colon} + std::string{quote->mark};
      if (name_end != none && hides(text.substr(name_at, name_end - name_at)) &&
          text.substr(name_end).starts_with(middle)) {
        const auto value_at = name_end + middle.size();
        kept.append(text, i, value_at - i);
        i = name_begin = hide_until(value_at, text.find(quote->mark, value_at));
        continue;
      }
    }
    if (c == '&' || c == '?' || c == ' ' || c == '"' || c == '\n') name_begin = i + 1;
    kept += c;
    ++i;
  }
  return kept;
}

std::string Masking::line(std::string_view raw) const {
  std::string text{raw};
  for (const auto& secret : secrets_) replace_all(text, secret);
  return escape_controls(mask_card_numbers(text));
}

std::string Masking::message(std::string_view first_line, const HttpHeaders& headers, std::string_view body) const {
  std::string text = line(without_hidden_pairs(first_line));
  for (const auto& [name, value] : headers) {
    if (text.size() > exchange_bytes_max) break;
    text.append("\n").append(line(name)).append(": ");
    text.append(hides(name) ? std::string{hidden} : line(value.substr(0, exchange_bytes_max + slack)));
  }
  const auto beginning = body.substr(0, exchange_bytes_max + slack);
  text.append("\n\n").append(line(without_hidden_pairs(without_hidden_members(beginning))));
  return cut(std::move(text));
}

}  // namespace tael
