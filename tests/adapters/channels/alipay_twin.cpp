#include "tests/adapters/channels/alipay_twin.hpp"

#include "adapters/channels/access/tree.hpp"
#include "adapters/channels/alipay/alipay_signature.hpp"
#include "adapters/encoding/percent.hpp"
#include "tests/support/test_keys.hpp"

namespace tael::testing {

namespace {

struct Keys {
  std::shared_ptr<evp_pkey_st> app = test::make_rsa(), alipay = test::make_rsa(), next = test::make_rsa();
};

const Keys& keys() {
  static const Keys made;
  return made;
}

InstitutionOptions institution_options() {
  InstitutionOptions options;
  options.channel = "alipay";
  options.url = "https://openapi.alipay.test";
  options.merchant = "2088102146225135";
  options.methods = {{"qr", "qr", {}}, {"page", "redirect", {}}, {"code", "none", {}}};
  options.make_dialect = [](Dice& dice) {
    return make_alipay_dialect({"2088102146225135",
                                "2021000000000001",
                                PublicKey{keys().app},
                                {PrivateKey{keys().alipay}, PrivateKey{keys().next}},
                                ""},
                               dice);
  };
  return options;
}

/// Changes a member of the form and signs it again.
std::string signed_again(const std::string& body, const std::string& name, const std::string& value) {
  AlipayParameters form;
  const auto tree = read_form_tree(body);
  for (const auto& member : tree->children) form[member.name] = member.text;
  form[name] = value;
  auto to_sign = form;
  to_sign.erase("sign_type");
  form["sign"] = PrivateKey{keys().alipay}.sign(alipay_sign_text(to_sign));
  std::string text;
  for (const auto& [key, each] : form) text += (text.empty() ? "" : "&") + key + "=" + percent_encoded(each);
  return text;
}

}  // namespace

PrivateKey AlipayTwin::alipay_key() { return PrivateKey{keys().alipay}; }
PrivateKey AlipayTwin::next_key() { return PrivateKey{keys().next}; }
PublicKey AlipayTwin::app_key() { return PublicKey{keys().app}; }

AlipayOptions AlipayTwin::options() const {
  AlipayOptions made;
  made.channel = "alipay";
  made.base_url = "https://openapi.alipay.test";
  made.merchant = "2088102146225135";
  made.app = "2021000000000001";
  made.key = PrivateKey{keys().app};
  made.alipay_keys = std::make_shared<VerifyKeys>(
      std::vector<VerifyKey>{{"now", PublicKey{keys().alipay}, {}, {}}, {"next", PublicKey{keys().next}, {}, {}}});
  made.callback_url = "https://node.test/channels/alipay/callback";
  made.return_url = "https://node.test/cashier/";
  return made;
}

AlipayTwin::AlipayTwin(const std::string& kind) : InstitutionTwin(institution_options()) {
  method = kind;
  method_at_once = "code";
  payer = R"({"auth_code":"28763443825664394","identity":"2088123412341234"})";
  channel_ = make_alipay_channel(options(), client, clock);
}

bool AlipayTwin::has(Trait trait) const {
  switch (trait) {
    case Trait::decides_at_once: return true;
    case Trait::remembers_closed:
    case Trait::tells_of_failures:
    case Trait::tells_of_refunds:
    case Trait::remembers_rejections:
    case Trait::names_refunds: return false;
    case Trait::refuses_reuse:
    case Trait::repeats_when_paid:
    case Trait::refunds_at_once:
    case Trait::shows_vouchers:
    case Trait::calls_back:
    case Trait::dates_payments:
    case Trait::closes_unknown:
    case Trait::knows_its_numbers: return true;
  }
  return true;
}

/// Answers carry no time, and only some repeat a number.
bool AlipayTwin::can_ail(Ailment ailment, ChannelOp op) const {
  if (ailment == Ailment::stale) return false;
  return ailment != Ailment::other_number || op != ChannelOp::refund;
}

/// What is signed carries no time and does not say with which key.
bool AlipayTwin::can_tamper(Tampering tampering) const {
  return tampering != Tampering::stale && tampering != Tampering::unknown_key && tampering != Tampering::not_protocol;
}

RawCallback AlipayTwin::tamper(RawCallback callback, Tampering tampering) {
  switch (tampering) {
    case Tampering::other_key: replace(callback.body, "sign=", "sign=AAAA"); break;
    case Tampering::unknown_key:
    case Tampering::stale:
    case Tampering::not_protocol: break;
    case Tampering::truncated: callback.body.resize(callback.body.size() / 2); break;
    case Tampering::amount_changed: replace(callback.body, "500.00", "999.99"); break;
    case Tampering::not_signed: replace(callback.body, "&sign=", "&signed="); break;
    case Tampering::other_merchant: callback.body = signed_again(callback.body, "seller_id", "2088000000000000"); break;
  }
  return callback;
}

std::unique_ptr<ChannelTwin> make_alipay_twin() { return std::make_unique<AlipayTwin>(); }

}  // namespace tael::testing
