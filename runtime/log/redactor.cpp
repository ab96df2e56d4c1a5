#include "runtime/log/redactor.hpp"

#include "adapters/channels/access/hidden_names.hpp"
#include "adapters/encoding/card_numbers.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace tael {

namespace {

constexpr std::string_view hidden = "***";
constexpr std::size_t secret_length_min = 6;
constexpr std::size_t token_length_min = 8;

/// Names of headers whose value has spaces in it.
constexpr auto header_names = std::to_array<std::string_view>({"authorization", "cookie"});

/// Beginnings that only keys have.
constexpr auto key_prefixes = std::to_array<std::string_view>({"whsec_", "whsk_", "sk_live_", "sk_test_", "Bearer "});

constexpr std::string_view pem_begin = "-----BEGIN ", pem_end = "-----END ";

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}
bool is_token(char c) { return is_word(c) || c == '+' || c == '/' || c == '=' || c == '.' || c == '~'; }

bool is_header(std::string_view name) {
  return std::ranges::any_of(header_names, [&](std::string_view word) { return is_called(name, word); });
}

std::uint32_t beginning(std::string_view text) {
  std::uint32_t four;
  std::memcpy(&four, text.data(), sizeof four);
  return four;
}
std::size_t slot(std::uint32_t four) { return four * 2'654'435'761u >> 16; }

std::size_t skip(std::string_view text, std::size_t at, char wanted) {
  while (at < text.size() && text[at] == wanted) ++at;
  return at;
}

/// A stretch of text to hide: `kept` bytes stay, those up to `end` go.
struct Hide {
  std::size_t kept = 0, end = 0;
};

std::optional<Hide> find_key(std::string_view rest) {
  for (const auto prefix : key_prefixes) {
    if (!rest.starts_with(prefix)) continue;
    auto end = prefix.size();
    while (end < rest.size() && is_token(rest[end])) ++end;
    if (end - prefix.size() >= token_length_min) return Hide{prefix.size(), end};
  }
  return std::nullopt;
}

std::optional<Hide> find_private_key(std::string_view rest) {
  if (!rest.starts_with(pem_begin)) return std::nullopt;
  if (!rest.substr(0, rest.find("-----", pem_begin.size())).ends_with("PRIVATE KEY")) return std::nullopt;
  const auto last = rest.find(pem_end);
  if (last == std::string_view::npos) return Hide{0, rest.size()};
  const auto dashes = rest.find("-----", last + pem_end.size());
  return Hide{0, dashes == std::string_view::npos ? rest.size() : dashes + 5};
}

/// `://user:password@`, as in a connection string.
std::optional<Hide> find_url_password(std::string_view rest) {
  if (!rest.starts_with("://")) return std::nullopt;
  const auto end = rest.find_first_of("@/?# \t\r\n\"'", 3);
  const auto colon = rest.find(':', 3);
  if (end == std::string_view::npos || rest[end] != '@' || colon >= end) return std::nullopt;
  return Hide{colon + 1, end};
}

/// `name=value`, `name: value`, `"name":"value"` and the last once more escaped; `rest` begins with the name.
std::optional<Hide> find_named(std::string_view rest) {
  std::size_t at = 0;
  while (at < rest.size() && is_word(rest[at])) ++at;
  const auto name = rest.substr(0, at);
  at = skip(rest, at, '\\');
  if (at < rest.size() && (rest[at] == '"' || rest[at] == '\'')) ++at;
  at = skip(rest, at, ' ');
  if (at >= rest.size() || (rest[at] != ':' && rest[at] != '=') || !is_hidden_name(name)) return std::nullopt;
  at = skip(rest, at + 1, ' ');

  const auto escapes = skip(rest, at, '\\') - at;
  const bool quoted = at + escapes < rest.size() && (rest[at + escapes] == '"' || rest[at + escapes] == '\'');
  if (quoted) {
    const auto opening = rest.substr(at, escapes + 1);
    const auto begin = at + opening.size();
    for (auto end = rest.find(opening, begin); end != std::string_view::npos; end = rest.find(opening, end + 1))
      if (rest[end - 1] != '\\' || end == begin) return Hide{begin, end};
    return Hide{begin, rest.size()};
  }
  // A header's value ends with its line; any other ends with the word.
  const auto end = rest.find_first_of(is_header(name) ? "\r\n\"" : " \t\r\n\"'&,;)}]", at);
  return Hide{at, std::min(end, rest.size())};
}

}  // namespace

Redactor::Redactor(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  std::erase_if(secrets_, [](const std::string& secret) { return secret.size() < secret_length_min; });
  std::ranges::sort(secrets_, std::ranges::greater{}, &std::string::size);
  for (std::size_t i = 0; i < secrets_.size(); ++i) {
    beginnings_.emplace(beginning(secrets_[i]), i);
    may_begin_.set(slot(beginning(secrets_[i])));
  }
}

/// Length of the longest configured secret that `rest` begins with; 0 when there is none.
std::size_t Redactor::secret_at(std::string_view rest) const {
  if (rest.size() < secret_length_min || !may_begin_[slot(beginning(rest))]) return 0;
  std::size_t longest = 0;
  const auto [first, last] = beginnings_.equal_range(beginning(rest));
  for (auto i = first; i != last; ++i)
    if (rest.starts_with(secrets_[i->second])) longest = std::max(longest, secrets_[i->second].size());
  return longest;
}

std::string Redactor::text(std::string_view raw) const {
  std::string clean;
  clean.reserve(raw.size());
  bool in_word = false;
  for (std::size_t at = 0; at < raw.size();) {
    const auto rest = raw.substr(at);
    std::optional<Hide> hide;
    if (const auto length = secret_at(rest); length > 0) hide = Hide{0, length};
    if (!hide && raw[at] == '-') hide = find_private_key(rest);
    if (!hide && raw[at] == ':') hide = find_url_password(rest);
    if (!hide && is_word(raw[at])) hide = find_key(rest);
    if (!hide && is_word(raw[at]) && !in_word) hide = find_named(rest);
    in_word = is_word(raw[at]);
    if (!hide) {
      clean += raw[at++];
      continue;
    }
    clean.append(rest, 0, hide->kept);
    if (hide->end > hide->kept) clean.append(hidden);
    at += hide->end;
    in_word = false;
  }
  return mask_card_numbers(clean);
}

std::string Redactor::value(std::string_view name, std::string_view raw) const {
  return is_hidden_name(name) && !raw.empty() ? std::string{hidden} : text(raw);
}

}  // namespace tael
