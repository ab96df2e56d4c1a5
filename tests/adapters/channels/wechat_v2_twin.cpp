#include "tests/adapters/channels/wechat_v2_twin.hpp"

#include "adapters/channels/wechat_v2/wechat_v2_signature.hpp"

namespace tael::testing {

namespace {

constexpr auto api_key = "192006250b4c09247ec02edce69f6a2d";

InstitutionOptions institution_options() {
  InstitutionOptions options;
  options.channel = "wechat_bar";
  options.url = "https://api.mch.weixin.test";
  options.merchant = "10000100";
  options.methods = {{"native", "qr", {}},
                     {"h5", "redirect", {}},
                     {"jsapi", "params", {}},
                     {"app", "params", {}},
                     {"code", "none", {}}};
  options.make_dialect = [](Dice& dice) {
    return make_wechat_v2_dialect({"10000100", "wxd930ea5d5a258f4f", api_key}, dice);
  };
  return options;
}

std::string signed_again(const std::string& body, const std::string& name, const std::string& value,
                         const std::string& key) {
  auto members = *read_wechat_v2(body);
  members[name] = value;
  members["sign"] = sign_wechat_v2(members, key, false);
  return write_wechat_v2(members);
}

}  // namespace

WechatV2Options WechatV2Twin::options() {
  WechatV2Options made;
  made.channel = "wechat_bar";
  made.base_url = "https://api.mch.weixin.test";
  made.merchant = "10000100";
  made.app = "wxd930ea5d5a258f4f";
  made.key = api_key;
  made.client_certificate = std::make_shared<const std::string>("PEM");
  made.callback_url = "https://node.test/channels/wechat_bar/callback";
  return made;
}

WechatV2Twin::WechatV2Twin(const std::string& kind, bool with_md5) : InstitutionTwin(institution_options()) {
  method = kind;
  method_at_once = "code";
  payer = R"({"auth_code":"120061098828009406","openid":"o1","client_ip":"14.23.150.211"})";
  auto made = options();
  made.sign_with_md5 = with_md5;
  channel_ = make_wechat_v2_channel(std::move(made), client, clock, dice);
}

/// A refund is only accepted at first.
bool WechatV2Twin::has(Trait trait) const {
  switch (trait) {
    case Trait::remembers_closed:
    case Trait::tells_of_failures:
    case Trait::refunds_at_once: return false;
    case Trait::decides_at_once:
    case Trait::tells_of_refunds:
    case Trait::refuses_reuse:
    case Trait::remembers_rejections:
    case Trait::repeats_when_paid:
    case Trait::shows_vouchers:
    case Trait::calls_back:
    case Trait::dates_payments:
    case Trait::names_refunds:
    case Trait::closes_unknown:
    case Trait::knows_its_numbers: return true;
  }
  return true;
}

/// Answers name no key and carry no time; only some repeat a number.
bool WechatV2Twin::can_ail(Ailment ailment, ChannelOp op) const {
  const bool names_number = op == ChannelOp::inquire || op == ChannelOp::refund || op == ChannelOp::inquire_refund;
  if (ailment == Ailment::stale) return false;
  if (ailment == Ailment::amount_missing) return op != ChannelOp::refund;
  return ailment != Ailment::other_number || names_number;
}

bool WechatV2Twin::can_tamper(Tampering tampering) const {
  return tampering != Tampering::stale && tampering != Tampering::unknown_key && tampering != Tampering::not_protocol;
}

RawCallback WechatV2Twin::tamper(RawCallback callback, Tampering tampering) {
  switch (tampering) {
    case Tampering::other_key: callback.body = signed_again(callback.body, "attach", "x", "a guess"); break;
    case Tampering::unknown_key:
    case Tampering::stale:
    case Tampering::not_protocol: break;
    case Tampering::truncated: callback.body.resize(callback.body.size() / 2); break;
    case Tampering::amount_changed: replace(callback.body, "50000", "99999"); break;
    case Tampering::not_signed:
      replace(callback.body, "<sign>", "<unsigned>"), replace(callback.body, "</sign>", "</unsigned>");
      break;
    case Tampering::other_merchant: callback.body = signed_again(callback.body, "mch_id", "10000101", api_key); break;
  }
  return callback;
}

std::unique_ptr<ChannelTwin> make_wechat_v2_twin() { return std::make_unique<WechatV2Twin>(); }
std::unique_ptr<ChannelTwin> make_wechat_v2_twin_with_md5() { return std::make_unique<WechatV2Twin>("native", true); }

}  // namespace tael::testing
