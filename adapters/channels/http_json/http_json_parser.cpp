#include "adapters/channels/http_json/http_json_parser.hpp"

#include "adapters/channels/access/field_reader.hpp"
#include "adapters/encoding/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tael {

namespace {

constexpr std::size_t voucher_length_max = 4'096;

/// The payer's browser follows a redirect: only to the web, never to `javascript:`.
bool can_be_shown(const Voucher& voucher) {
  constexpr auto kinds = std::to_array<std::string_view>({"qr", "redirect", "params", "none"});
  const auto& value = voucher.value;
  if (std::ranges::find(kinds, voucher.kind) == kinds.end()) return false;
  if (value.size() > voucher_length_max || !is_text(value, Lines::many)) return false;
  return voucher.kind != "redirect" || value.starts_with("https://") || value.starts_with("http://");
}

/// Its value may be any JSON, which is kept as it stood: it may hold numbers longer than any of ours.
std::optional<Voucher> voucher_in(const Tree& body, std::string_view bytes) {
  const auto* value = body.at("voucher/value");
  if (value == nullptr || value->unclear) return std::nullopt;
  const auto as_it_stood = bytes.substr(value->begin, value->end - value->begin);
  Voucher voucher{std::string{body.text_of("voucher/kind")},
                  value->kind == Tree::Kind::text ? value->text : std::string{as_it_stood}};
  return can_be_shown(voucher) ? std::optional{std::move(voucher)} : std::nullopt;
}

/// A voucher is needed while it can be paid with, and whatever comes in an answer to a payment is one to pay with.
Reading read(std::string_view bytes, bool is_error, bool needs_voucher) {
  Reading reading;
  reading.raw = bytes;
  const auto body = read_json_tree(bytes);
  if (!body || body->kind != Tree::Kind::object) return reading;
  FieldReader fields{*body};
  const auto type = body->text_of("type");
  if (type == "payment") reading.about = ChannelOp::inquire;
  if (type == "refund") reading.about = ChannelOp::inquire_refund;
  reading.word = fields.word(is_error ? "code" : "status");
  reading.code = fields.aside("code");
  reading.message = fields.message("message");
  reading.number = fields.our_number("number");
  reading.transaction = fields.word("transaction");
  const auto* amount = body->find("amount");
  if (amount != nullptr && amount->kind == Tree::Kind::number)
    reading.amount = fields.minor("amount", Currency::parse(fields.aside("currency")));
  reading.at = fields.rfc3339("at");
  if (body->find("voucher") != nullptr) reading.voucher = voucher_in(*body, bytes);
  const bool voucher_lost = needs_voucher && body->find("voucher") != nullptr && !reading.voucher;
  reading.readable = fields.clean() && !reading.word.empty() && !voucher_lost;
  return reading;
}

}  // namespace

Reading HttpJsonParser::parse(const HttpAnswer& answer, const ChannelRequest& asked) const {
  return read(answer.body, answer.status < 200 || answer.status >= 300, asked.op == ChannelOp::pay);
}

Reading HttpJsonParser::parse(const RawCallback& callback) const {
  auto reading = read(callback.body, false, false);
  if (!reading.readable) return reading;
  const auto body = read_json_tree(callback.body);
  reading.ignorable = !body->text_of("type").empty() && !reading.about;
  reading.merchant = FieldReader{*body}.aside("merchant");
  return reading;
}

}  // namespace tael
