#include "runtime/api/body_reader.hpp"

#include "actors/domain/assert.hpp"
#include "adapters/encoding/card_numbers.hpp"
#include "adapters/encoding/percent.hpp"
#include "adapters/encoding/text.hpp"
#include "runtime/api/json_tree.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tael {
namespace {

constexpr std::size_t errors_max = 32;

/// Wanted byte for byte by the channel it is for, and hidden by its name wherever it is written down.
constexpr std::string_view bar_code_of_payer = "#/payer/auth_code";

/// Why a text must not hold this card number; empty when there is none. Addresses write their characters as %34, too.
std::string card_fault(std::string_view text) {
  auto card = find_card_number(text);
  if (!card && text.find('%') != std::string_view::npos)
    if (const auto decoded = percent_decoded(text, Plus::space)) card = find_card_number(*decoded);
  if (!card) return {};
  return "must not hold a card number: " + std::to_string(card->digits.size()) + " digits of it begin and check as " +
         std::string{card->issuer} + "'s do";
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j)
      diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, diagonal + (a[i] == b[j] ? 0 : 1)}));
  }
  return row.back();
}

/// The known name a person most likely meant; empty when none is near.
std::string_view nearest(std::string_view name, const std::vector<std::string>& known) {
  std::string_view best;
  if (name.size() > 64) return best;
  auto least = std::max<std::size_t>(name.size() / 3, 1) + 1;
  for (const auto& candidate : known) {
    if (const auto steps = distance(name, candidate); steps < least) {
      least = steps;
      best = candidate;
    }
  }
  return best;
}

}  // namespace

struct BodyReader::Document {
  std::string text;
  json::Tree tree;
  json::AsTheyCame kept;
  bool malformed = false;
};

BodyReader::BodyReader(std::string_view text) : document_(std::make_shared<Document>()), pointer_("#") {
  auto& document = *document_;
  document.text = text;
  document.tree = json::parse(text);
  if (document.tree.parsed) {
    object_ = document.tree.value.if_object();
    if (object_ == nullptr) document.tree.errors.push_back({"#", "the body must be a JSON object"});
  }
  document.malformed = object_ == nullptr;
}

BodyReader::BodyReader(std::shared_ptr<Document> document, const boost::json::object* object, std::string pointer)
    : document_(std::move(document)), object_(object), pointer_(std::move(pointer)) {}

BodyReader::~BodyReader() = default;
BodyReader::BodyReader(BodyReader&&) noexcept = default;

const std::vector<FieldError>& BodyReader::errors() const { return document_->tree.errors; }
bool BodyReader::is_malformed() const { return document_->malformed; }
std::string BodyReader::canonical() const { return json::canonical(document_->tree.value, document_->kept); }

const boost::json::value* BodyReader::find(std::string_view name) {
  if (std::ranges::find(known_, name) == known_.end()) known_.emplace_back(name);
  if (object_ == nullptr) return nullptr;
  const auto* value = object_->if_contains({name.data(), name.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool BodyReader::has(std::string_view name) { return find(name) != nullptr; }

bool BodyReader::is_text(std::string_view name) {
  const auto* value = find(name);
  return value != nullptr && value->is_string();
}

bool BodyReader::is_object(std::string_view name) {
  const auto* value = find(name);
  return value != nullptr && value->is_object();
}

std::string BodyReader::text(std::string_view name, const TextRule& rule) {
  if (!has(name)) {
    fault(name, "is required");
    return {};
  }
  return text_if(name, rule).value_or("");
}

std::optional<std::string> BodyReader::text_if(std::string_view name, const TextRule& rule) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto* string = value->if_string();
  const std::string_view text =
      string == nullptr ? std::string_view{} : std::string_view{string->data(), string->size()};
  const auto not_text = rule.fits == nullptr ? text_fault(text) : std::string{};
  const bool fits = rule.fits == nullptr ? not_text.empty() : rule.fits(text);
  if (text.empty() || text.size() > rule.bytes_max || !fits) {
    fault(name, "must be " + std::string{rule.expected} + (not_text.empty() ? "" : "; it has " + not_text));
    return std::nullopt;
  }
  if (auto card = card_fault(text); !card.empty()) {
    fault(name, std::move(card));
    return std::nullopt;
  }
  return std::string{text};
}

std::optional<std::int64_t> BodyReader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto* value = find(name);
  if (value == nullptr) {
    fault(name, "is required");
    return std::nullopt;
  }
  const auto* number = value->if_int64();
  if (number == nullptr && !value->is_uint64()) {
    fault(name, "must be an integer, without quotes, fraction or exponent");
    return std::nullopt;
  }
  if (number == nullptr || *number < min || *number > max) {
    fault(name, "must be from " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
  }
  return *number;
}

BodyReader BodyReader::child(std::string_view name) {
  const auto* value = find(name);
  return {document_, value == nullptr ? nullptr : value->if_object(), json::pointer_to(pointer_, name)};
}

std::string BodyReader::as_it_came(std::string_view name, std::size_t bytes_max) {
  TAEL_ASSERT(pointer_ == "#", "members of the body itself are kept as they came");
  if (find(name) == nullptr) return {};
  const auto text = json::member_text(document_->text, name);
  check_inside(json::pointer_to(pointer_, name), *find(name));
  if (text.size() <= bytes_max) return document_->kept.emplace(name, text).first->second;
  fault(name, "must be at most " + std::to_string(bytes_max) + " bytes of JSON");
  return {};
}

/// All texts, names and numbers below `value`: whoever shows or hands them on takes them for texts without card
/// numbers.
void BodyReader::check_inside(const std::string& pointer, const boost::json::value& value) {
  const auto check = [&](const std::string& at, std::string_view text) {
    if (const auto wrong = text_fault(text, Lines::many); !wrong.empty()) return fault_at(at, "has " + wrong);
    if (at == bar_code_of_payer) return;
    if (auto card = card_fault(text); !card.empty()) fault_at(at, std::move(card));
  };
  if (const auto* object = value.if_object()) {
    for (const auto& [key, member] : *object) {
      const auto at = json::pointer_to(pointer, key);
      check(at, key);
      check_inside(at, member);
    }
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      check_inside(json::pointer_to(pointer, std::to_string(i)), (*array)[i]);
  } else if (const auto* text = value.if_string()) {
    check(pointer, *text);
  } else if (value.is_int64() || value.is_uint64()) {
    check(pointer, boost::json::serialize(value));
  } else if (const auto* number = value.if_double(); number != nullptr && std::abs(*number) < 9.2e18) {
    check(pointer, std::to_string(std::llround(*number)));
  }
}

void BodyReader::fault(std::string_view name, std::string detail) {
  fault_at(json::pointer_to(pointer_, name), std::move(detail));
}

void BodyReader::fault_at(std::string pointer, std::string detail) {
  auto& errors = document_->tree.errors;
  if (errors.size() < errors_max) errors.push_back({std::move(pointer), std::move(detail)});
}

void BodyReader::finish() {
  if (object_ == nullptr) return;
  for (const auto& member : *object_) {
    const std::string_view name{member.key().data(), member.key().size()};
    if (std::ranges::find(known_, name) != known_.end()) continue;
    const auto meant = nearest(name, known_);
    fault(name, meant.empty() ? "unknown field" : "unknown field; did you mean `" + std::string{meant} + "`?");
  }
}

namespace {

const TextRule currency_rule{.bytes_max = 3,
                             .fits = [](std::string_view text) { return Currency::parse(text).has_value(); },
                             .expected = "an ISO 4217 currency code in capitals"};

std::optional<Currency> read_currency(BodyReader& body) {
  const auto text = body.text_if("currency", currency_rule);
  return text ? Currency::parse(*text) : std::nullopt;
}

}  // namespace

std::optional<Money> read_money(BodyReader& body, std::optional<Currency> assumed) {
  auto currency = read_currency(body);
  std::optional<std::int64_t> amount;
  bool named = body.has("currency");
  if (body.is_object("amount")) {
    auto money = body.child("amount");
    amount = money.integer("amount", 1, amount_max);
    if (!money.has("currency")) money.fault("currency", "is required");
    const auto inner = read_currency(money);
    if (inner && currency && *inner != *currency) body.fault("currency", "differs from the amount's own currency");
    named = true;
    money.finish();
    if (!currency) currency = inner;
  } else {
    amount = body.integer("amount", 1, amount_max);
  }
  if (!named && !assumed) body.fault("currency", "is required");
  if (!named) currency = assumed;
  if (!amount || !currency) return std::nullopt;
  return Money{*amount, *currency};
}

}  // namespace tael
