// How WeChat Pay v2 signs: `name=value` joined by `&` in the order of the names, the key behind it.
#pragma once

#include "adapters/channels/access/steps.hpp"
#include "adapters/channels/access/tree.hpp"

#include <map>
#include <string>
#include <vector>

namespace tael {

using WechatV2Members = std::map<std::string, std::string, std::less<>>;

/// Upper-case hex over everything that is not empty, but `sign`.
std::string sign_wechat_v2(const WechatV2Members& members, const std::string& key, bool with_md5);

/// A body of the protocol: members under the root, each with all text inside it, for that is what is signed.
std::optional<WechatV2Members> read_wechat_v2(std::string_view xml);
std::string write_wechat_v2(const WechatV2Members& members);

class WechatV2Verifier final : public Verifier {
 public:
  /// Any of the keys will do: while they are changed there are two. MD5 is believed only of who is asked in it: the
  /// sender shall not choose the weaker one.
  explicit WechatV2Verifier(std::vector<std::string> keys, bool asked_in_md5 = false)
      : keys_(std::move(keys)), believes_md5_(asked_in_md5) {}
  std::string refuses(const HttpAnswer& answer, TimePoint now) const override;
  /// A refund's notification is not signed: what it holds opens with a key of ours or does not.
  std::string refuses(const RawCallback& callback) const override;

 private:
  std::string refuses(std::string_view body) const;
  std::vector<std::string> keys_;
  bool believes_md5_;
};

/// What `req_info` of a refund's notification holds; nothing when it opens with none of the keys.
std::optional<Tree> open_wechat_v2_refund(std::string_view req_info, const std::vector<std::string>& keys);

}  // namespace tael
