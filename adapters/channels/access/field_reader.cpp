#include "adapters/channels/access/field_reader.hpp"

#include "adapters/channels/access/masking.hpp"
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

const Tree* FieldReader::scalar(std::string_view path) {
  const auto* found = tree_.at(path);
  if (found == nullptr || found->kind == Tree::Kind::null) return nullptr;
  if (found->kind == Tree::Kind::text || found->kind == Tree::Kind::number) return found;
  spoil();
  return nullptr;
}

std::string FieldReader::word(std::string_view path) {
  const auto* found = scalar(path);
  if (found == nullptr) return {};
  if (is_visible(found->text) && found->text.size() <= word_length_max) return found->text;
  spoil();
  return {};
}

std::string FieldReader::message(std::string_view path) {
  const auto* found = scalar(path);
  if (found == nullptr) return {};
  return std::string{whole_characters(escape_controls(mask_card_numbers(found->text)), message_length_max)};
}

std::optional<std::int64_t> FieldReader::integer(std::string_view path) {
  const auto* found = scalar(path);
  if (found == nullptr) return std::nullopt;
  const auto amount = parse_decimal(found->text, 0);
  if (!amount || found->text.find('.') != std::string::npos) {
    spoil();
    return std::nullopt;
  }
  return amount;
}

std::optional<Money> FieldReader::minor(std::string_view path, Currency currency) {
  const auto amount = integer(path);
  if (!amount) return std::nullopt;
  if (*amount <= 0 || *amount > amount_max) return spoil(), std::nullopt;
  return Money{*amount, currency};
}

std::optional<Money> FieldReader::major(std::string_view path, Currency currency) {
  const auto* found = scalar(path);
  if (found == nullptr) return std::nullopt;
  const auto amount = parse_decimal(found->text, currency.exponent());
  if (!amount || *amount <= 0) return spoil(), std::nullopt;
  return Money{*amount, currency};
}

Currency FieldReader::currency(std::string_view path, Currency otherwise) {
  auto code = word(path);
  if (code.empty()) return otherwise;
  std::ranges::transform(code, code.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  const auto parsed = Currency::parse(code);
  if (!parsed) spoil();
  return parsed.value_or(otherwise);
}

std::optional<TimePoint> FieldReader::rfc3339(std::string_view path) {
  const auto text = word(path);
  if (text.empty()) return std::nullopt;
  const auto at = parse_rfc3339(text);
  if (!at) spoil();
  return at;
}

std::optional<Voucher> FieldReader::redirect(std::string_view path) {
  auto voucher = qr(path);
  if (!voucher) return std::nullopt;
  voucher->kind = "redirect";
  const bool to_the_web = voucher->value.starts_with("https://") || voucher->value.starts_with("http://");
  if (!to_the_web) return spoil(), std::nullopt;
  return voucher;
}

std::optional<Voucher> FieldReader::qr(std::string_view path) {
  const auto* found = scalar(path);
  if (found == nullptr) return std::nullopt;
  const bool printable =
      !found->text.empty() && found->text.size() <= voucher_length_max && escape_controls(found->text) == found->text;
  if (!printable) return spoil(), std::nullopt;
  return Voucher{"qr", found->text};
}

}  // namespace tael
