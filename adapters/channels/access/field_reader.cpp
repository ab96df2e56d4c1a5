#include "adapters/channels/access/field_reader.hpp"

#include "adapters/channels/access/wire_time.hpp"
#include "adapters/encoding/card_numbers.hpp"
#include "adapters/encoding/text.hpp"
#include "adapters/encoding/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace tael {
namespace {

constexpr std::size_t word_length_max = 128, message_length_max = 256, voucher_length_max = 4'096;

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

std::optional<std::int64_t> parse_decimal(std::string_view text, int digits) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto dot = text.find('.');
  const auto whole = text.substr(0, dot);
  auto part = dot == std::string_view::npos ? std::string{} : std::string{text.substr(dot + 1)};
  const auto is_digits = [](std::string_view s) {
    return !s.empty() && std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!is_digits(whole) || (dot != std::string_view::npos && !is_digits(part))) return std::nullopt;
  while (std::ssize(part) > digits && part.back() == '0') part.pop_back();
  if (std::ssize(part) > digits) return std::nullopt;
  part.append(static_cast<std::size_t>(digits) - part.size(), '0');
  const auto all = std::string{whole} + part;
  std::int64_t amount = 0;
  const auto [stop, error] = std::from_chars(all.data(), all.data() + all.size(), amount);
  if (error != std::errc{} || amount > amount_max) return std::nullopt;
  return negative ? -amount : amount;
}

std::string print_decimal(std::int64_t amount, int digits) {
  auto text = std::to_string(amount < 0 ? -amount : amount);
  const auto width = static_cast<std::size_t>(digits) + 1;
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  if (digits > 0) text.insert(text.size() - static_cast<std::size_t>(digits), ".");
  return (amount < 0 ? "-" : "") + text;
}

/// Nothing when it is not there or says nothing that can be read.
const Tree* FieldReader::scalar(std::string_view path) const {
  const auto* found = tree_.at(path);
  if (found == nullptr || found->unclear) return nullptr;
  return found->kind == Tree::Kind::text || found->kind == Tree::Kind::number ? found : nullptr;
}

bool FieldReader::is_there(std::string_view path) const {
  const auto* found = tree_.at(path);
  return found != nullptr && (found->unclear || found->kind != Tree::Kind::null);
}

std::string FieldReader::aside(std::string_view path) const {
  const auto* found = scalar(path);
  return found != nullptr && is_visible(found->text) && found->text.size() <= word_length_max ? found->text
                                                                                              : std::string{};
}

std::string FieldReader::word(std::string_view path) {
  auto text = aside(path);
  const auto* found = scalar(path);
  if (text.empty() && is_there(path) && (found == nullptr || !found->text.empty())) clean_ = false;
  return text;
}

std::string FieldReader::our_number(std::string_view path) {
  const auto* found = tree_.at(path);
  const bool is_none_of_ours = found != nullptr && found->kind == Tree::Kind::text && !is_visible(found->text);
  if (scalar(path) == nullptr && is_there(path) && !is_none_of_ours) clean_ = false;
  return aside(path);
}

std::string FieldReader::message(std::string_view path) const {
  const auto* found = scalar(path);
  if (found == nullptr) return {};
  return std::string{whole_characters(escape_controls(mask_card_numbers(found->text)), message_length_max)};
}

std::optional<std::int64_t> FieldReader::integer(std::string_view path) const {
  const auto* found = scalar(path);
  if (found == nullptr || found->text.find('.') != std::string::npos) return std::nullopt;
  return parse_decimal(found->text, 0);
}

std::optional<Money> FieldReader::minor(std::string_view path, std::optional<Currency> currency) const {
  const auto amount = integer(path);
  if (!amount || !currency || *amount <= 0) return std::nullopt;
  return Money{*amount, *currency};
}

std::optional<Money> FieldReader::major(std::string_view path, Currency currency) const {
  const auto* found = scalar(path);
  const auto amount = found == nullptr ? std::nullopt : parse_decimal(found->text, currency.exponent());
  if (!amount || *amount <= 0) return std::nullopt;
  return Money{*amount, currency};
}

std::optional<Currency> FieldReader::currency(std::string_view path, Currency otherwise) const {
  if (!is_there(path)) return otherwise;
  auto code = aside(path);
  std::ranges::transform(code, code.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return Currency::parse(code);
}

std::optional<TimePoint> FieldReader::rfc3339(std::string_view path) const { return parse_rfc3339(aside(path)); }
std::optional<TimePoint> FieldReader::beijing(std::string_view path) const {
  const auto* found =
      tree_.at(path);  // Neither a word, for it may hold a blank, nor masked: it has as many digits as a card.
  const bool is_scalar = found != nullptr && (found->kind == Tree::Kind::text || found->kind == Tree::Kind::number);
  return is_scalar ? parse_beijing(found->text) : std::nullopt;
}
std::optional<TimePoint> FieldReader::unix_seconds(std::string_view path) const {
  return parse_unix_seconds(aside(path));
}

std::optional<Voucher> FieldReader::redirect(std::string_view path) const {
  auto voucher = qr(path);
  if (!voucher) return std::nullopt;
  voucher->kind = "redirect";
  const bool to_the_web = voucher->value.starts_with("https://") || voucher->value.starts_with("http://");
  return to_the_web ? voucher : std::nullopt;
}

std::optional<Voucher> FieldReader::qr(std::string_view path) const {
  const auto* found = scalar(path);
  if (found == nullptr) return std::nullopt;
  const bool printable = !found->text.empty() && found->text.size() <= voucher_length_max && is_text(found->text);
  return printable ? std::optional{Voucher{"qr", found->text}} : std::nullopt;
}

}  // namespace tael
