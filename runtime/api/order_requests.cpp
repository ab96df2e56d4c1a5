#include "runtime/api/order_requests.hpp"

#include "actors/domain/order_types.hpp"
#include "adapters/crypto/crypto.hpp"
#include "runtime/api/callback_address.hpp"

#include <algorithm>
#include <array>

namespace tael {
namespace {

constexpr std::int64_t expires_in_max = 30 * 86'400;
constexpr std::size_t opaque_bytes_max = 8'192;

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_word(char c) { return is_lower(c) || is_digit(c) || c == '_'; }

bool is_scene(std::string_view text) { return std::ranges::all_of(text, is_word); }

bool is_path(std::string_view text) {
  int parts = 1;
  bool empty = true;
  for (const char c : text) {
    if (c == '/') {
      if (empty) return false;
      ++parts;
      empty = true;
    } else if (is_word(c) || c == '-') {
      empty = false;
    } else {
      return false;
    }
  }
  return parts == 3 && !empty;
}

bool is_order_type(std::string_view text) { return std::ranges::find(order_types, text) != order_types.end(); }

// clang-format off
const TextRule order_no_rule{64, is_order_no, "1 to 64 of A-Z a-z 0-9 _ . -"};
const TextRule type_rule{16, is_order_type, "one of escrow, instant, recharge, withdraw, transfer"};
const TextRule scene_rule{32, is_scene, "1 to 32 of a-z 0-9 _"};
const TextRule subject_rule{256, nullptr, "1 to 256 bytes of text without control characters"};
const TextRule url_rule{2'048, is_callback_address, "an absolute http or https URL without user info or fragment"};
const TextRule path_rule{128, is_path, "a path of three parts, channel/method/bank"};
const TextRule time_rule{40, [](std::string_view text) { return parse_rfc3339(text).has_value(); },
                         "an instant as RFC 3339 writes it, 2026-11-21T08:30:00Z"};
const TextRule duration_rule{20, [](std::string_view text) { return parse_duration(text).has_value(); },
                             "whole seconds as an integer, or text with a unit such as 30min"};
// clang-format on

/// What can be told of an address before its name is resolved; the rest is told when it is called.
void read_url(BodyReader& body, std::string_view name, const BusinessSettings& settings, std::string& into) {
  into = body.text_if(name, url_rule).value_or("");
  if (into.empty()) return;
  if (!settings.http_allowed && into.starts_with("http://")) body.fault(name, "must be https for this business");
  if (!settings.destinations) return;
  if (auto refusal = settings.destinations->refusal_of(into); !refusal.empty()) body.fault(name, std::move(refusal));
}

TimePoint read_expiry(BodyReader& body, const BusinessSettings& settings, TimePoint now) {
  const bool in = body.has("expires_in"), at = body.has("expires_at");
  if (in && at) body.fault("expires_at", "cannot be given together with expires_in");
  std::string_view name = "expires_in";
  auto length = settings.expires_default;
  if (in && !body.is_text("expires_in")) {
    length = std::chrono::seconds{body.integer("expires_in", 1, expires_in_max).value_or(1)};
  } else if (in) {
    const auto text = body.text_if("expires_in", duration_rule);
    if (!text) return now;
    length = parse_duration(*text).value_or(Duration{});
  } else if (at) {
    name = "expires_at";
    const auto text = body.text_if("expires_at", time_rule);
    if (!text) return now;
    length = parse_rfc3339(*text).value_or(now) - now;
    // In the past it may be a repeat: the owner knows, and refuses a new order.
    if (length < std::chrono::seconds{1}) return now + length;
  }
  if (length < std::chrono::seconds{1} || length > std::chrono::seconds{expires_in_max}) {
    body.fault(name, expiry_rule);
    return now;
  }
  return now + length;
}

std::string listed(const std::vector<Currency>& currencies) {
  std::string text;
  for (const auto& each : currencies) text += (text.empty() ? "" : ", ") + each.text();
  return text;
}

BadBody bad(const BodyReader& body) { return {body.is_malformed(), body.errors()}; }

}  // namespace

bool is_order_no(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
  });
}

std::variant<Order, BadBody> read_create(std::string_view text, const BusinessSettings& settings, TimePoint now) {
  BodyReader body(text);
  if (!body.is_readable()) return bad(body);
  Order order;
  order.context.business = settings.code;
  order.order_no = body.text("order_no", order_no_rule);
  order.context.order_type = body.text_if("type", type_rule).value_or("instant");
  order.context.scene = body.text("scene", scene_rule);
  if (const auto money = read_money(body, std::nullopt)) {
    order.amount = money->amount;
    order.currency = money->currency;
  }
  order.subject = body.text("subject", subject_rule);
  order.created_at = now;
  order.expires_at = read_expiry(body, settings, now);
  if (!body.has("notify_url")) body.fault("notify_url", "is required");
  read_url(body, "notify_url", settings, order.notify_url);
  read_url(body, "cancel_url", settings, order.cancel_url);
  order.payer = body.as_it_came("payer", opaque_bytes_max);
  order.legs = body.as_it_came("legs", opaque_bytes_max);
  order.detail = body.as_it_came("detail", opaque_bytes_max);
  const auto& currencies = settings.currencies;
  const bool is_read = order.currency != Currency{};
  if (is_read && !currencies.empty() && std::ranges::find(currencies, order.currency) == currencies.end())
    body.fault("currency", "is not taken by any path of this business; there are: " + listed(currencies));
  const auto& types = settings.types_allowed;
  if (!types.empty() && std::ranges::find(types, order.context.order_type) == types.end())
    body.fault("type", "is not a type this business may use");
  const auto& scenes = settings.scenes_allowed;
  if (!order.context.scene.empty() && !scenes.empty() && std::ranges::find(scenes, order.context.scene) == scenes.end())
    body.fault("scene", "is not a scene this business may use");
  body.finish();
  if (!body.errors().empty()) return bad(body);
  order.fee_bps = settings.fee_bps;
  order.body_hash = sha256_hex(body.canonical());
  return order;
}

std::variant<PaymentAsked, BadBody> read_payment(std::string_view text) {
  BodyReader body(text);
  if (!body.is_readable()) return bad(body);
  PaymentAsked asked;
  asked.path = body.text("path", path_rule);
  body.finish();
  if (!body.errors().empty()) return bad(body);
  return asked;
}

std::variant<RefundAsked, BadBody> read_refund(std::string_view text) {
  BodyReader body(text);
  if (!body.is_readable()) return bad(body);
  RefundAsked asked;
  asked.refund_no = body.text("refund_no", order_no_rule);
  // "XXX" is ISO 4217 for no currency: nobody named one.
  if (const auto money = read_money(body, Currency{})) {
    asked.amount = money->amount;
    if (money->currency != Currency{}) asked.currency = money->currency;
  }
  asked.reason = body.text_if("reason", subject_rule).value_or("");
  body.finish();
  if (!body.errors().empty()) return bad(body);
  return asked;
}

std::variant<std::monostate, BadBody> read_close(std::string_view text) {
  if (text.empty()) return std::monostate{};
  BodyReader body(text);
  if (body.is_readable()) body.finish();
  if (!body.errors().empty()) return bad(body);
  return std::monostate{};
}

std::optional<std::string> read_idempotency_key(std::string_view header) {
  const bool quoted = header.starts_with('"');
  std::string key;
  for (std::size_t i = quoted ? 1 : 0; i < header.size(); ++i) {
    const char c = header[i];
    if (quoted && c == '"') {
      if (i + 1 != header.size() || key.empty() || key.size() > 255) return std::nullopt;
      return key;
    }
    if (quoted && c == '\\') {  // RFC 8941 section 3.3.3: only the quote and the backslash are escaped.
      if (++i == header.size() || (header[i] != '"' && header[i] != '\\')) return std::nullopt;
      key += header[i];
      continue;
    }
    if (c <= ' ' || c >= '\x7f') return std::nullopt;
    key += c;
  }
  if (quoted || key.empty() || key.size() > 255) return std::nullopt;
  return key;
}

std::string fingerprint(std::string_view method, std::string_view path, std::string_view body) {
  std::string text{method};
  text.append("\n").append(path).append("\n").append(body);
  return sha256_hex(text);
}

bool may_use(const BusinessSettings& settings, std::string_view path) {
  return settings.paths_allowed.empty() || std::ranges::any_of(settings.paths_allowed, [&](std::string_view allowed) {
           return path.starts_with(allowed) && (path.size() == allowed.size() || path[allowed.size()] == '/');
         });
}

}  // namespace tael
