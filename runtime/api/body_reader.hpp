// A request's JSON body, read strictly: 32 levels, no duplicate members, no fractions or exponents where an integer
// belongs, nothing we do not know. All that is wrong is collected, each with a JSON pointer, so that a caller mends
// a body once.
#pragma once

#include "actors/domain/money.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::json {
class object;
class value;
}  // namespace boost::json

namespace tael {

struct FieldError {
  std::string pointer;  ///< RFC 6901 as a fragment: `#/amount`; `#` is the whole body.
  std::string detail;
  friend bool operator==(const FieldError&, const FieldError&) = default;
};

struct TextRule {
  std::size_t bytes_max = 256;
  bool (*fits)(std::string_view) = nullptr;  ///< Null: a line of text (encoding/text.hpp).
  std::string_view expected = "1 to 256 bytes of text without control characters";
};

/// One JSON object of the body. Reading a member makes it known; `finish` reports all others.
class BodyReader {
 public:
  explicit BodyReader(std::string_view text);
  ~BodyReader();
  BodyReader(BodyReader&&) noexcept;

  /// False when the body is not one JSON object; `errors` then says why and nothing can be read.
  bool is_readable() const { return object_ != nullptr; }

  bool has(std::string_view name);
  bool is_text(std::string_view name);
  bool is_object(std::string_view name);

  /// Required; empty, with an error noted, when missing, unfit or the holder of a card number.
  std::string text(std::string_view name, const TextRule& rule);
  /// Null counts as absent.
  std::optional<std::string> text_if(std::string_view name, const TextRule& rule);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  /// The member's own reader, which notes into the same errors. The member must be an object.
  BodyReader child(std::string_view name);
  /// Any JSON of texts without card numbers, byte for byte as it came; empty when absent. For the body's own members.
  std::string as_it_came(std::string_view name, std::size_t bytes_max);

  void fault(std::string_view name, std::string detail);
  /// Notes every member nobody asked for, with the nearest known name.
  void finish();

  const std::vector<FieldError>& errors() const;
  /// True when the text is no JSON object at all, rather than one with unfit members.
  bool is_malformed() const;
  /// The body with sorted members and no white space, and what was asked for as it came just so: equal for bodies that
  /// say the same.
  std::string canonical() const;

 private:
  struct Document;
  BodyReader(std::shared_ptr<Document> document, const boost::json::object* object, std::string pointer);
  const boost::json::value* find(std::string_view name);
  void check_inside(const std::string& pointer, const boost::json::value& value);
  void fault_at(std::string pointer, std::string detail);

  std::shared_ptr<Document> document_;
  const boost::json::object* object_ = nullptr;
  std::string pointer_;
  std::vector<std::string> known_;
};

/// `amount` as an integer with `currency` beside it, or as {"amount", "currency"}. Without any currency `assumed` is
/// taken; without that it is an error.
std::optional<Money> read_money(BodyReader& body, std::optional<Currency> assumed);

}  // namespace tael
