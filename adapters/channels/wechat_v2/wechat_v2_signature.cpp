#include "adapters/channels/wechat_v2/wechat_v2_signature.hpp"

#include "adapters/crypto/ciphers.hpp"
#include "adapters/crypto/crypto.hpp"
#include "adapters/encoding/base64.hpp"

#include <algorithm>

namespace tael {

namespace {

constexpr std::size_t hmac_length = 64;

std::string upper(std::string hex) {
  std::ranges::transform(hex, hex.begin(), [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  return hex;
}

}  // namespace

std::string sign_wechat_v2(const WechatV2Members& members, const std::string& key, bool with_md5) {
  std::string text;
  for (const auto& [name, value] : members)
    if (name != "sign" && !value.empty()) text.append(name).append("=").append(value).append("&");
  text += "key=" + key;
  return upper(with_md5 ? md5_hex(text) : hmac_sha256_hex(key, text));
}

std::optional<WechatV2Members> read_wechat_v2(std::string_view xml) {
  const auto tree = read_xml_tree(xml);
  if (!tree || tree->kind != Tree::Kind::object) return std::nullopt;
  WechatV2Members members;
  for (const auto& child : tree->children) members[child.name] = child.text;
  return members;
}

std::string write_wechat_v2(const WechatV2Members& members) {
  std::string xml = "<xml>";
  for (const auto& [name, value] : members) {
    if (value.empty()) continue;
    // A text that holds the end of a CDATA section is written as two.
    std::string safe = value;
    for (auto at = safe.find("]]>"); at != std::string::npos; at = safe.find("]]>", at + 6))
      safe.replace(at, 3, "]]]]><![CDATA[>");
    xml += "<" + name + "><![CDATA[" + safe + "]]></" + name + ">";
  }
  return xml + "</xml>";
}

std::string WechatV2Verifier::refuses(std::string_view body) const {
  const auto members = read_wechat_v2(body);
  if (!members) return "bad_signature";
  const auto sign = members->find("sign");
  if (sign == members->end()) return "bad_signature";
  const bool with_md5 = sign->second.size() != hmac_length;
  if (with_md5 && !believes_md5_) return "bad_signature";
  const bool good = std::ranges::any_of(keys_, [&](const std::string& key) {
    return same_secret(sign->second, sign_wechat_v2(*members, key, with_md5));
  });
  return good ? "" : "bad_signature";
}

std::string WechatV2Verifier::refuses(const HttpAnswer& answer, TimePoint) const { return refuses(answer.body); }

std::string WechatV2Verifier::refuses(const RawCallback& callback) const {
  const auto members = read_wechat_v2(callback.body);
  const bool is_refund = members && members->contains("req_info") && !members->contains("sign");
  if (!is_refund) return refuses(callback.body);
  return open_wechat_v2_refund(members->find("req_info")->second, keys_) ? "" : "bad_signature";
}

std::optional<Tree> open_wechat_v2_refund(std::string_view req_info, const std::vector<std::string>& keys) {
  const auto sealed = from_base64(req_info);
  if (!sealed) return std::nullopt;
  for (const auto& key : keys) {
    const auto plain = decrypt_aes_256_ecb(md5_hex(key), *sealed);
    auto tree = plain ? read_xml_tree(*plain) : std::nullopt;
    if (tree && tree->kind == Tree::Kind::object) return tree;
  }
  return std::nullopt;
}

}  // namespace tael
