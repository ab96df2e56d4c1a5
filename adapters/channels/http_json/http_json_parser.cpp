#include "adapters/channels/http_json/http_json_parser.hpp"

#include "adapters/channels/access/masking.hpp"
#include "adapters/encoding/utf8.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tael {

namespace json = boost::json;

namespace {

constexpr std::size_t word_length_max = 64;
constexpr std::size_t message_length_max = 256;
constexpr std::size_t voucher_length_max = 4'096;

/// Collects fields and remembers whether every one was as the protocol prescribes.
class Fieldwork {
 public:
  explicit Fieldwork(const json::object& body) : body_(body) {}
  bool clean() const { return clean_; }

  /// A name, number or code: visible ASCII, or absent.
  std::string word(std::string_view name) {
    const auto* text = find_text(name);
    if (text == nullptr) return {};
    const bool visible = std::ranges::all_of(*text, [](char c) { return c > 0x20 && c < 0x7F; });
    if (!visible || text->size() > word_length_max) return spoil();
    return std::string{*text};
  }

  /// For people: any text, made printable and short.
  std::string message(std::string_view name) {
    const auto* text = find_text(name);
    if (text == nullptr) return {};
    return std::string{whole_characters(escape_controls(mask_card_numbers(*text)), message_length_max)};
  }

  std::optional<Money> money() {
    const auto* amount = body_.if_contains("amount");
    const auto code = word("currency");
    if (amount == nullptr && code.empty()) return std::nullopt;
    const auto currency = Currency::parse(code);
    const auto* units = amount == nullptr ? nullptr : amount->if_int64();
    if (!currency || units == nullptr || *units <= 0 || *units > amount_max) {
      spoil();
      return std::nullopt;
    }
    return Money{*units, *currency};
  }

  std::optional<TimePoint> time(std::string_view name) {
    const auto text = word(name);
    if (text.empty()) return std::nullopt;
    const auto at = parse_rfc3339(text);
    if (!at) spoil();
    return at;
  }

  std::optional<Voucher> voucher() {
    const auto* value = body_.if_contains("voucher");
    if (value == nullptr) return std::nullopt;
    const auto* object = value->if_object();
    const auto* kind = object == nullptr ? nullptr : text_in(*object, "kind");
    const auto* given = object == nullptr ? nullptr : object->if_contains("value");
    if (kind == nullptr || given == nullptr) return spoil(), std::nullopt;
    Voucher voucher{std::string{*kind},
                    given->is_string() ? std::string{given->get_string()} : json::serialize(*given)};
    if (!can_be_shown(voucher)) return spoil(), std::nullopt;
    return voucher;
  }

 private:
  static const json::string* text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_string();
  }

  /// The payer's browser follows a redirect: only to the web, never to `javascript:`.
  static bool can_be_shown(const Voucher& voucher) {
    constexpr auto kinds = std::to_array<std::string_view>({"qr", "redirect", "params", "none"});
    const auto& value = voucher.value;
    if (std::ranges::find(kinds, voucher.kind) == kinds.end()) return false;
    if (value.size() > voucher_length_max || escape_controls(value) != value) return false;
    return voucher.kind != "redirect" || value.starts_with("https://") || value.starts_with("http://");
  }

  const json::string* find_text(std::string_view name) {
    const auto* value = body_.if_contains(name);
    if (value == nullptr || value->is_null()) return nullptr;
    if (!value->is_string()) spoil();
    return value->if_string();
  }

  std::string spoil() {
    clean_ = false;
    return {};
  }

  const json::object& body_;
  bool clean_ = true;
};

std::optional<json::object> read_object(std::string_view body) {
  json::error_code error;
  auto value = json::parse(body, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

Reading read(std::string_view body, bool is_error) {
  Reading reading;
  reading.raw = body;
  const auto object = read_object(body);
  if (!object) return reading;
  Fieldwork fields{*object};
  const auto status = fields.word("status"), code = fields.word("code"), type = fields.word("type");
  if (type == "payment") reading.about = ChannelOp::inquire;
  if (type == "refund") reading.about = ChannelOp::inquire_refund;
  reading.word = is_error ? code : status;
  reading.code = code;
  reading.message = fields.message("message");
  reading.merchant = fields.word("merchant");
  reading.number = fields.word("number");
  reading.transaction = fields.word("transaction");
  reading.amount = fields.money();
  reading.voucher = fields.voucher();
  reading.at = fields.time("at");
  reading.readable = fields.clean() && !reading.word.empty();
  return reading;
}

}  // namespace

Reading HttpJsonParser::parse(const HttpAnswer& answer, const ChannelRequest&) const {
  return read(answer.body, answer.status < 200 || answer.status >= 300);
}

Reading HttpJsonParser::parse(const RawCallback& callback) const { return read(callback.body, false); }

}  // namespace tael
