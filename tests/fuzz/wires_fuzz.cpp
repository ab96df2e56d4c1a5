// Throws bytes at the readers of the real protocols: trees, answers and notifications of every channel, signed where a
// signature can be made. Whatever comes, nothing is approved without an amount, and what is written down is clean.
//
//   (how to build: CMakeLists.txt) wires_fuzz -max_total_time=60 -max_len=12000 CORPUS
#include "adapters/channels/access/masking.hpp"
#include "adapters/channels/access/tree.hpp"
#include "adapters/channels/alipay/alipay_bill_text.hpp"
#include "adapters/channels/alipay/alipay_parser.hpp"
#include "adapters/channels/alipay/alipay_signature.hpp"
#include "adapters/channels/stripe/stripe_steps.hpp"
#include "adapters/channels/wechat_v2/wechat_v2_steps.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_bill_text.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_parser.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_signature.hpp"
#include "adapters/crypto/ciphers.hpp"
#include "adapters/crypto/crypto.hpp"
#include "adapters/encoding/base64.hpp"
#include "adapters/encoding/card_numbers.hpp"
#include "adapters/encoding/text.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace tael {
namespace {

class StillClock final : public Clock {
 public:
  TimePoint now() const override { return from_unix_ms(1'795'000'000'000); }
};

class FlatDice final : public Dice {
 public:
  std::uint64_t roll() override { return 4; }
};

void require(bool holds, std::source_location where = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "broken promise in line %u\n", unsigned{where.line()});
  std::abort();
}

void check(const Tree& tree, std::size_t size, std::size_t depth = 1) {
  require(tree.begin <= tree.end && tree.end <= size && depth <= TreeLimits{}.depth_max);
  for (const auto& child : tree.children) check(child, size, depth + 1);
}

void check(const Reading& reading) {
  if (!reading.readable) return;
  require(!reading.amount || (reading.amount->amount > 0 && reading.amount->amount <= amount_max));
  for (const auto* text : {&reading.word, &reading.code, &reading.message, &reading.number, &reading.transaction})
    require(escape_controls(*text) == *text);
  if (reading.voucher && reading.voucher->kind == "redirect") require(reading.voucher->value.starts_with("http"));
}

/// The headers of WeChat Pay v3, three of them with what was thrown.
HttpHeaders v3_headers(const std::string& thrown) {
  const auto third = thrown.size() / 3;
  return {{"wechatpay-timestamp", thrown.substr(0, third)},
          {"wechatpay-nonce", thrown.substr(third, third)},
          {"wechatpay-serial", "PUB_KEY_ID_1"},
          {"wechatpay-signature", thrown.substr(2 * third)}};
}

void check(const Parser& parser, const std::string& body, int status) {
  ChannelRequest asked;
  asked.number = asked.attempt = "A1";
  asked.amount = asked.total = {100, cny};
  for (const auto op : {ChannelOp::pay, ChannelOp::inquire, ChannelOp::close, ChannelOp::refund,
                        ChannelOp::inquire_refund, ChannelOp::transfer, ChannelOp::inquire_transfer})
    for (const auto* method : {"code", "qr"}) {
      asked.op = op;
      asked.method = method;
      check(parser.parse({Transport::answered, status, {}, body, "", Duration{1}}, asked));
    }
  check(parser.parse(RawCallback{"/c", {}, body, from_unix_ms(1'795'000'000'000)}));
}

}  // namespace
}  // namespace tael

/// First byte: a status; then the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tael;
  static StillClock clock;
  static FlatDice dice;
  static const WechatV2Options v2 = [] {
    WechatV2Options options;
    options.key = std::string(32, 'k');
    return options;
  }();
  static const WechatV3Options v3 = [] {
    WechatV3Options options;
    options.api_v3_key = std::string(32, 'k');
    options.platform_keys = std::make_shared<VerifyKeys>();
    return options;
  }();
  if (size == 0) return 0;
  constexpr int statuses[] = {200, 202, 204, 400, 404, 429, 502};
  const int status = statuses[data[0] % 7];
  const std::string body{reinterpret_cast<const char*>(data + 1), size - 1};
  for (const auto read : {&read_json_tree, &read_xml_tree, &read_form_tree})
    if (const auto tree = (*read)(body, {})) check(*tree, body.size());

  check(AlipayParser{"app"}, body, status);
  // Nobody has a key here: whatever is said, it is not believed.
  const HttpAnswer answer{Transport::answered, status, v3_headers(body), body, "", Duration{1}};
  const RawCallback callback{"/c", answer.headers, body, clock.now()};
  const AlipayVerifier alipay{v3.platform_keys};
  require(!alipay.refuses(answer, clock.now()).empty() && !alipay.refuses(callback).empty());
  const WechatV3Verifier wechat{v3.platform_keys};
  require(!wechat.refuses(answer, clock.now()).empty() && !wechat.refuses(callback).empty());
  check(StripeParser{"acct"}, body, status);
  const StripeVerifier stripe{{"whsec_x"}};
  stripe.refuses(RawCallback{"/c", {{"stripe-signature", body}}, "{}", clock.now()});
  check(WechatV2Parser{v2, clock, dice}, body, status);
  WechatV2Verifier{{v2.key}}.refuses(RawCallback{"/c", {}, body, clock.now()});
  // A refund's notice is not signed: what opens with our key is read.
  const auto notice = encrypt_aes_256_ecb(md5_hex(v2.key), body);
  check(WechatV2Parser{v2, clock, dice},
        "<xml><return_code>SUCCESS</return_code><mch_id>1</mch_id><req_info>" + to_base64(notice.value_or("")) +
            "</req_info></xml>",
        status);
  // What a prepay id turns into is signed with a key, and there is none here.
  if (body.find("prepay_id") == std::string::npos) check(WechatV3Parser{v3, clock, dice}, body, status);
  const auto sealed = to_base64(*seal_aes_256_gcm({v3.api_v3_key, "0123456789ab", ""}, body));
  check(
      WechatV3Parser{v3, clock, dice},
      R"({"event_type":"TRANSACTION.SUCCESS","resource":{"algorithm":"AEAD_AES_256_GCM","nonce":"0123456789ab","ciphertext":")" +
          sealed + R"("}})",
      status);
  read_wechat_v3_certificates(body, v3.api_v3_key);
  for (const auto* kind : {"trade", "fund_flow"}) read_wechat_bill(body, kind);
  read_alipay_bill(body);
  return 0;
}
