#include "runtime/api/business_auth.hpp"

#include "adapters/crypto/crypto.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tael {
namespace {

struct Credentials {
  std::string_view business, token, timestamp, nonce, signature;
};

struct HeaderRow {
  std::string_view name, shown;
  std::string_view Credentials::*member;
};
constexpr auto header_rows = std::to_array<HeaderRow>({
    {"tael-business", "Tael-Business", &Credentials::business},
    {"tael-token", "Tael-Token", &Credentials::token},
    {"tael-timestamp", "Tael-Timestamp", &Credentials::timestamp},
    {"tael-nonce", "Tael-Nonce", &Credentials::nonce},
    {"tael-signature", "Tael-Signature", &Credentials::signature},
});

Problem refuse(EdgeRefusal refusal, std::string detail = {}) { return {reason_of(refusal), std::move(detail)}; }

/// A header given twice could be read as either value, so it counts as missing.
std::variant<Credentials, Problem> read_credentials(const ServerRequest& request) {
  Credentials credentials;
  for (const auto& row : header_rows) {
    int times = 0;
    for (const auto& [name, value] : request.headers) {
      if (name != row.name) continue;
      ++times;
      credentials.*row.member = value;
    }
    if (times != 1 || (credentials.*row.member).empty())
      return refuse(EdgeRefusal::unauthenticated,
                    "the header " + std::string{row.shown} + (times > 1 ? " is given more than once" : " is missing"));
  }
  return credentials;
}

std::optional<std::int64_t> unix_seconds(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  // Beyond these, seconds do not fit into milliseconds.
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > 253'402'300'799)
    return std::nullopt;
  return seconds;
}

bool any_same(const std::vector<std::string>& secrets, std::string_view given, auto derive) {
  bool found = false;
  for (const auto& secret : secrets) found = same_secret(derive(secret), given) || found;
  return found;
}

const BusinessKeys& nobody() {
  static const BusinessKeys keys{"", {"no token"}, {"no salt"}};
  return keys;
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::string signature_base(std::string_view method, std::string_view target, std::string_view timestamp,
                           std::string_view nonce, std::string_view body) {
  std::string base;
  base.reserve(method.size() + target.size() + timestamp.size() + nonce.size() + 68);
  for (const auto part : {method, target, timestamp, nonce}) base.append(part).append("\n");
  return base.append(sha256_hex(body));
}

BusinessAuth::BusinessAuth(const Clock& clock, FindKeys find_keys, AuthPolicy policy)
    : clock_(clock), find_keys_(std::move(find_keys)), policy_(policy) {}

std::variant<std::string, Problem> BusinessAuth::check(const ServerRequest& request) {
  auto read = read_credentials(request);
  if (auto* problem = std::get_if<Problem>(&read)) return std::move(*problem);
  const auto& given = std::get<Credentials>(read);
  const auto signed_at = unix_seconds(given.timestamp);
  if (!signed_at)
    return refuse(EdgeRefusal::timestamp_out_of_window, "Tael-Timestamp must be a whole number of Unix seconds");
  if (given.nonce.size() > 128 || !is_visible(given.nonce))
    return refuse(EdgeRefusal::unauthenticated, "Tael-Nonce must be 1 to 128 visible ASCII characters");

  const auto keys = find_keys_(given.business);
  const auto& expected = keys == nullptr ? nobody() : *keys;
  const auto base = signature_base(request.method, request.target, given.timestamp, given.nonce, request.body);
  const bool token_right = any_same(expected.tokens, given.token, [](const auto& token) { return token; });
  const bool signature_right =
      any_same(expected.salts, given.signature, [&](const auto& salt) { return hmac_sha256_hex(salt, base); });
  if (keys == nullptr || !token_right || !signature_right)
    return refuse(EdgeRefusal::unauthenticated, "unknown business, wrong token or wrong signature");

  // Only who can sign learns what we think of timestamps and nonces.
  const auto now = clock_.now();
  const auto off = from_unix_ms(*signed_at * 1'000) - now;
  if (off > policy_.window || off < -policy_.window)
    return refuse(EdgeRefusal::timestamp_out_of_window,
                  "Tael-Timestamp is more than " + to_text(policy_.window) + " off; here it is " + to_rfc3339(now));
  std::string business{given.business};
  switch (remember(business, given.nonce, *signed_at, unix_ms(now) / 1'000)) {
    case Memory::known: return refuse(EdgeRefusal::nonce_replayed);
    case Memory::full: return refuse(EdgeRefusal::nonces_exhausted);
    case Memory::fresh: break;
  }
  return business;
}

BusinessAuth::Memory BusinessAuth::remember(const std::string& business, std::string_view nonce, std::int64_t signed_at,
                                            std::int64_t now) {
  const auto mark = std::stoull(sha256_hex(nonce).substr(0, 16), nullptr, 16);
  const std::lock_guard lock(mutex_);
  auto& nonces = nonces_[business];
  while (!nonces.until.empty() && nonces.until.begin()->first < now) {
    for (const auto old : nonces.until.begin()->second) nonces.seen.erase(old);
    nonces.until.erase(nonces.until.begin());
  }
  if (nonces.seen.contains(mark)) return Memory::known;
  if (nonces.seen.size() >= policy_.nonces_max) return Memory::full;
  nonces.seen.insert(mark);
  const auto window = std::chrono::ceil<std::chrono::seconds>(policy_.window).count();
  nonces.until[signed_at + window].push_back(mark);
  return Memory::fresh;
}

}  // namespace tael
