#include "tests/adapters/channels/wechat_v3_twin.hpp"

#include "adapters/channels/access/tree.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_parser.hpp"
#include "adapters/crypto/ciphers.hpp"
#include "adapters/encoding/base64.hpp"
#include "tests/support/test_keys.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace tael::testing {

namespace {

struct Keys {
  std::shared_ptr<evp_pkey_st> merchant = test::make_rsa(), platform = test::make_rsa(), next = test::make_rsa();
  /// Long enough for the hand-turned clock.
  std::string certificate =
      test::make_certificate(platform.get(), {.valid_from_s = -1'000L * 86'400, .valid_until_s = 1'000L * 86'400});
};

const Keys& keys() {
  static const Keys made;
  return made;
}

constexpr auto platform_id = "PUB_KEY_ID_0114232134912410000000000000", next_id = "PUB_KEY_ID_NEXT";

/// Opens what the platform sealed, lets it be changed, and seals it again.
std::string sealed_again(const std::string& body, std::string_view what, std::string_view by) {
  const auto tree = read_json_tree(body);
  auto plain = *open_wechat_v3_resource(*tree->find("resource"), wechat_api_v3_key);
  replace(plain, what, by);
  const auto& resource = *tree->find("resource");
  const auto sealed =
      seal_aes_256_gcm({wechat_api_v3_key, resource.text_of("nonce"), resource.text_of("associated_data")}, plain);
  auto changed = body;
  const auto old = "\"" + std::string{resource.text_of("ciphertext")} + "\"";
  // Boost.JSON writes a slash as it is.
  replace(changed, old, "\"" + to_base64(*sealed) + "\"");
  return changed;
}

}  // namespace

PublicKey WechatV3Twin::merchant_key() { return PublicKey{keys().merchant}; }
PrivateKey WechatV3Twin::platform_key() { return PrivateKey{keys().platform}; }

InstitutionOptions WechatV3Twin::institution_options(bool certificate_mode) {
  InstitutionOptions options;
  options.channel = "wechat";
  options.url = "https://api.mch.weixin.test";
  options.merchant = "1900000109";
  options.methods = {{"native", "qr", {}}, {"h5", "redirect", {}}, {"jsapi", "params", {}}, {"app", "params", {}}};
  options.make_dialect = [certificate_mode](Dice& dice) {
    WechatV3DialectOptions made;
    made.merchant = "1900000109";
    made.app = "wxd678efh567hg6787";
    made.merchant_serial = "3775B6A45ACD588826D15E583A95F5DD";
    made.merchant_key = PublicKey{keys().merchant};
    made.api_v3_key = wechat_api_v3_key;
    made.platform_keys = {
        {certificate_mode ? "5157F09E" : platform_id, PrivateKey{keys().platform}, keys().certificate},
        {next_id, PrivateKey{keys().next}, ""}};
    return make_wechat_v3_dialect(std::move(made), dice);
  };
  return options;
}

WechatV3Options WechatV3Twin::options() const {
  WechatV3Options made;
  made.channel = "wechat";
  made.base_url = "https://api.mch.weixin.test";
  made.merchant = "1900000109";
  made.app = "wxd678efh567hg6787";
  made.serial = "3775B6A45ACD588826D15E583A95F5DD";
  made.key = PrivateKey{keys().merchant};
  made.api_v3_key = wechat_api_v3_key;
  made.platform_keys = platform_keys;
  made.callback_url = "https://node.test/channels/wechat/callback";
  return made;
}

WechatV3Twin::WechatV3Twin(const std::string& kind, bool certificate_mode)
    : InstitutionTwin(institution_options(certificate_mode)) {
  method = method_at_once = kind;
  payer = R"({"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o","client_ip":"14.23.150.211"})";
  platform_keys = std::make_shared<VerifyKeys>();
  if (!certificate_mode)
    platform_keys->add({{platform_id, PublicKey{keys().platform}, {}, {}}, {next_id, PublicKey{keys().next}, {}, {}}});
  auto made = options();
  made.download_certificates = certificate_mode;
  channel_ = make_wechat_v3_channel(std::move(made), client, clock, dice);
}

bool WechatV3Twin::has(Trait trait) const {
  switch (trait) {
    case Trait::decides_at_once:
    case Trait::remembers_closed:
    case Trait::tells_of_failures: return false;
    case Trait::tells_of_refunds:
    case Trait::refuses_reuse:
    case Trait::remembers_rejections:
    case Trait::repeats_when_paid:
    case Trait::refunds_at_once:
    case Trait::shows_vouchers:
    case Trait::calls_back:
    case Trait::dates_payments:
    case Trait::names_refunds:
    case Trait::closes_unknown:
    case Trait::knows_its_numbers: return true;
  }
  return true;
}

/// The answers to create and close do not repeat the number.
bool WechatV3Twin::can_ail(Ailment ailment, ChannelOp op) const {
  return ailment != Ailment::other_number || (op != ChannelOp::pay && op != ChannelOp::close);
}

HttpHeaders WechatV3Twin::signed_headers(const std::string& body, const PrivateKey& key, const std::string& id) const {
  const auto timestamp = std::to_string(unix_ms(clock.now()) / 1'000);
  return {{"wechatpay-timestamp", timestamp},
          {"wechatpay-nonce", "n"},
          {"wechatpay-signature", key.sign(timestamp + "\nn\n" + body + "\n")},
          {"wechatpay-serial", id}};
}

RawCallback WechatV3Twin::tamper(RawCallback callback, Tampering tampering) {
  const PrivateKey right{keys().platform};
  switch (tampering) {
    case Tampering::other_key:
      callback.headers = signed_headers(callback.body, PrivateKey{keys().next}, platform_id);
      break;
    case Tampering::unknown_key: header(callback, "wechatpay-serial") = "PUB_KEY_ID_OF_NOBODY"; break;
    case Tampering::stale: callback.heard_at += 301s; break;
    case Tampering::truncated: callback.body.pop_back(); break;
    case Tampering::amount_changed: callback.body = sealed_again(callback.body, "50000", "99999"); break;
    case Tampering::not_signed: callback.headers.clear(); break;
    case Tampering::other_merchant:
      callback.body = sealed_again(callback.body, "1900000109", "1900000110");
      callback.headers = signed_headers(callback.body, right, platform_id);
      break;
    case Tampering::not_protocol:
      callback.body = "[1, 2, 3]";
      callback.headers = signed_headers(callback.body, right, platform_id);
      break;
  }
  return callback;
}

std::unique_ptr<ChannelTwin> make_wechat_v3_twin() { return std::make_unique<WechatV3Twin>(); }

}  // namespace tael::testing
