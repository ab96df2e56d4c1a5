#include "adapters/channels/http_json/http_json_parser.hpp"

#include "adapters/channels/access/field_reader.hpp"
#include "adapters/channels/access/masking.hpp"
#include "adapters/encoding/utf8.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tael {

namespace {

constexpr std::size_t word_length_max = 64;
constexpr std::size_t message_length_max = 256;
constexpr std::size_t voucher_length_max = 4'096;

/// Collects fields and remembers whether every one was as the protocol prescribes.
class Fieldwork {
 public:
  Fieldwork(const Tree& body, std::string_view bytes) : body_(body), bytes_(bytes) {}
  bool clean() const { return clean_; }

  /// A name, number or code: visible ASCII, or absent.
  std::string word(std::string_view name) {
    const auto* text = find_text(name);
    if (text == nullptr) return {};
    const bool visible = std::ranges::all_of(*text, [](char c) { return c > 0x20 && c < 0x7F; });
    if (!visible || text->size() > word_length_max) return spoil();
    return *text;
  }

  /// For people: any text, made printable and short.
  std::string message(std::string_view name) {
    const auto* text = find_text(name);
    if (text == nullptr) return {};
    return std::string{whole_characters(escape_controls(mask_card_numbers(*text)), message_length_max)};
  }

  std::optional<Money> money() {
    const auto* amount = body_.find("amount");
    const auto code = word("currency");
    if (amount == nullptr && code.empty()) return std::nullopt;
    const auto currency = Currency::parse(code);
    const bool is_whole =
        amount != nullptr && amount->kind == Tree::Kind::number && amount->text.find('.') == std::string::npos;
    const auto units = is_whole ? parse_decimal(amount->text, 0) : std::nullopt;
    if (!currency || !units || *units <= 0) {
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

  /// What is no text is kept as it stood: it may hold numbers longer than any of ours.
  std::optional<Voucher> voucher() {
    const auto* object = body_.find("voucher");
    if (object == nullptr) return std::nullopt;
    const auto* given = object->find("value");
    if (given == nullptr) return spoil(), std::nullopt;
    const bool is_text = given->kind == Tree::Kind::text;
    const auto as_it_stood = bytes_.substr(given->begin, given->end - given->begin);
    Voucher voucher{std::string{object->text_of("kind")}, is_text ? given->text : std::string{as_it_stood}};
    if (!can_be_shown(voucher)) return spoil(), std::nullopt;
    return voucher;
  }

 private:
  /// The payer's browser follows a redirect: only to the web, never to `javascript:`.
  static bool can_be_shown(const Voucher& voucher) {
    constexpr auto kinds = std::to_array<std::string_view>({"qr", "redirect", "params", "none"});
    const auto& value = voucher.value;
    if (std::ranges::find(kinds, voucher.kind) == kinds.end()) return false;
    if (value.size() > voucher_length_max || escape_controls(value) != value) return false;
    return voucher.kind != "redirect" || value.starts_with("https://") || value.starts_with("http://");
  }

  const std::string* find_text(std::string_view name) {
    const auto* value = body_.find(name);
    if (value == nullptr || value->kind == Tree::Kind::null) return nullptr;
    if (value->kind == Tree::Kind::text) return &value->text;
    spoil();
    return nullptr;
  }

  std::string spoil() {
    clean_ = false;
    return {};
  }

  const Tree& body_;
  std::string_view bytes_;
  bool clean_ = true;
};

Reading read(std::string_view body, bool is_error) {
  Reading reading;
  reading.raw = body;
  const auto object = read_json_tree(body);
  if (!object || object->kind != Tree::Kind::object) return reading;
  Fieldwork fields{*object, body};
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
