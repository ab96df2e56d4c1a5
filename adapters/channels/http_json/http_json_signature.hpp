// How the house protocol signs. Requests: over METHOD, path and query, timestamp, nonce and body;
// answers and callbacks: over timestamp, nonce and body. Parts are joined by LF, none at the end.
#pragma once

#include "adapters/channels/access/key_store.hpp"
#include "adapters/channels/access/steps.hpp"

#include <string>
#include <string_view>

namespace tael {

/// Whatever is older or newer than this is stale.
inline constexpr Duration http_json_skew_max{300'000};

struct HttpJsonRequestLine {
  std::string_view method, path_and_query;
};

/// Lower-case hex of HMAC-SHA256; `timestamp` is in unix seconds, as text.
std::string sign_http_json_request(const ChannelKey& key, HttpJsonRequestLine line, std::string_view timestamp,
                                   std::string_view nonce, std::string_view body);
std::string sign_http_json_message(const ChannelKey& key, std::string_view timestamp, std::string_view nonce,
                                   std::string_view body);

/// Headers House-Key, House-Timestamp, House-Nonce and House-Signature of an answer or callback.
class HttpJsonVerifier final : public Verifier {
 public:
  explicit HttpJsonVerifier(KeyStore keys) : keys_(std::move(keys)) {}
  std::string refuses(const HttpAnswer& answer, TimePoint now) const override;
  std::string refuses(const RawCallback& callback) const override;

 private:
  std::string refuses(const HttpHeaders& headers, std::string_view body, TimePoint now) const;
  KeyStore keys_;
};

}  // namespace tael
