// How WeChat Pay v3 signs. Requests: over METHOD, path and query, timestamp, nonce and body; answers and notifications:
// over timestamp, nonce and body. Every line ends with LF, the last one too.
#pragma once

#include "adapters/channels/access/key_store.hpp"
#include "adapters/channels/access/steps.hpp"

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

/// Whatever is older or newer than this is stale.
inline constexpr Duration wechat_v3_skew_max{300'000};

struct WechatV3Stamp {
  std::string_view timestamp;  ///< Unix seconds.
  std::string_view nonce;
};

/// Lines with LF behind each.
std::string wechat_v3_lines(std::initializer_list<std::string_view> lines);

struct WechatV3Signer {
  std::string_view merchant, serial;
  const PrivateKey& key;
};

/// The value of the Authorization header.
std::string wechat_v3_authorization(const WechatV3Signer& signer, std::string_view method,
                                    std::string_view path_and_query, WechatV3Stamp stamp, std::string_view body);

/// The value of a header that is there exactly once; two signatures are no signature.
std::optional<std::string_view> only_header(const HttpHeaders& headers, std::string_view name);

/// Signs every answer of theirs must carry; a non-2xx without one is an answer that may not be believed.
class WechatV3Verifier final : public Verifier {
 public:
  explicit WechatV3Verifier(std::shared_ptr<VerifyKeys> keys) : keys_(std::move(keys)) {}
  std::string refuses(const HttpAnswer& answer, TimePoint now) const override;
  std::string refuses(const RawCallback& callback) const override;

 private:
  std::string refuses(const HttpHeaders& headers, std::string_view body, TimePoint now) const;
  std::shared_ptr<VerifyKeys> keys_;
};

}  // namespace tael
