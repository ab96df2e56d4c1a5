// Takes fields out of a tree and remembers whether every one was as its protocol prescribes. What could not be stored
// or printed, and money that is not exact, spoils the whole reading: `clean()` is asked once, at the end.
#pragma once

#include "actors/domain/money.hpp"
#include "actors/domain/order.hpp"
#include "actors/domain/time.hpp"
#include "adapters/channels/access/tree.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tael {

class FieldReader {
 public:
  explicit FieldReader(const Tree& tree) : tree_(tree) {}
  bool clean() const { return clean_; }
  const Tree& tree() const { return tree_; }

  /// A name, number or code: visible ASCII up to 128 characters, a text or a number; empty when absent.
  std::string word(std::string_view path);
  /// For people: any text, made printable and short.
  std::string message(std::string_view path);
  /// A whole number, written as one or as a text of digits.
  std::optional<std::int64_t> integer(std::string_view path);
  /// Minor units as an integer above nought.
  std::optional<Money> minor(std::string_view path, Currency currency);
  /// Major units as a decimal text (`88.80`, `88.8`): exact to the currency's exponent or spoiled.
  std::optional<Money> major(std::string_view path, Currency currency);
  /// The currency's code at `path`; `otherwise` when absent. Unknown ones spoil.
  Currency currency(std::string_view path, Currency otherwise);
  std::optional<TimePoint> rfc3339(std::string_view path);
  /// An address for the payer's browser: web addresses only, never `javascript:`.
  std::optional<Voucher> redirect(std::string_view path);
  std::optional<Voucher> qr(std::string_view path);

  void spoil() { clean_ = false; }

 private:
  const Tree* scalar(std::string_view path);

  const Tree& tree_;
  bool clean_ = true;
};

/// `88.80` as 8880 with two digits; nothing for what is not exact. The sign is read too.
std::optional<std::int64_t> parse_decimal(std::string_view text, int digits);
/// 8880 as `88.80`.
std::string print_decimal(std::int64_t amount, int digits);

}  // namespace tael
