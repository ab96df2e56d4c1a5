// Takes fields out of a tree. A word that is needed and cannot be read spoils the whole reading: `clean()` is asked
// once, at the end. Everything else is there or it is not: an authentic answer is not thrown away for a part nobody
// needs, and a success without its amount is nobody's success anyway.
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

  /// A name, number or code that is needed: visible ASCII up to 128 characters, a text or a number; empty when absent.
  std::string word(std::string_view path);
  /// The same where nothing depends on it: empty when it cannot be read.
  std::string aside(std::string_view path) const;
  /// A number of ours as a channel repeats it. Empty when absent or when it is none that we would have made; what is
  /// unclear spoils.
  std::string our_number(std::string_view path);
  /// For people: any text, made printable and short; empty when it cannot be read.
  std::string message(std::string_view path) const;
  /// A whole number, written as one or as a text of digits.
  std::optional<std::int64_t> integer(std::string_view path) const;
  /// Minor units as an integer above nought.
  std::optional<Money> minor(std::string_view path, std::optional<Currency> currency) const;
  /// Major units as a decimal text (`88.80`, `88.8`), exact to the currency's exponent.
  std::optional<Money> major(std::string_view path, Currency currency) const;
  /// The currency's code at `path`; `otherwise` when absent, nothing when it is none.
  std::optional<Currency> currency(std::string_view path, Currency otherwise) const;
  // Times are for people and for bills: one that is missing or cannot be read is none.
  std::optional<TimePoint> rfc3339(std::string_view path) const;
  std::optional<TimePoint> beijing(std::string_view path) const;
  std::optional<TimePoint> unix_seconds(std::string_view path) const;
  /// An address for the payer's browser: web addresses only, never `javascript:`.
  std::optional<Voucher> redirect(std::string_view path) const;
  std::optional<Voucher> qr(std::string_view path) const;

 private:
  const Tree* scalar(std::string_view path) const;
  bool is_there(std::string_view path) const;

  const Tree& tree_;
  bool clean_ = true;
};

/// `88.80` as 8880 with two digits; nothing for what is not exact. The sign is read too.
std::optional<std::int64_t> parse_decimal(std::string_view text, int digits);
/// 8880 as `88.80`.
std::string print_decimal(std::int64_t amount, int digits);

}  // namespace tael
