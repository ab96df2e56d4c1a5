// WeChat Pay's bills: an address for a day, then the file behind it. The file is not signed; its SHA-1, over the
// unpacked bytes, stands in the signed answer before it.
#include "adapters/channels/access/field_reader.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_assembler.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_bill_text.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_signature.hpp"
#include "adapters/crypto/ciphers.hpp"

#include <utility>

namespace tael {

namespace {

Bill refuse(std::string refusal, std::string message = {}) {
  Bill bill;
  bill.refusal = std::move(refusal);
  bill.message = std::move(message);
  return bill;
}

class WechatV3Bills final : public BillSource, public std::enable_shared_from_this<WechatV3Bills> {
 public:
  WechatV3Bills(WechatV3Options options, HttpClient& client, Clock& clock, Dice& dice)
      : options_(std::move(options)),
        assembler_(options_, clock, dice),
        verifier_(options_.platform_keys),
        client_(client),
        clock_(clock) {}

  void fetch(const BillRequest& request, Duration deadline, std::function<void(Bill)> done) override {
    const auto path = request.kind == "fund_flow"
                          ? "/v3/bill/fundflowbill?bill_date=" + request.date + "&account_type=BASIC"
                          : "/v3/bill/tradebill?bill_date=" + request.date + "&bill_type=ALL";
    client_.send(assembler_.signed_call("GET", path, "", deadline),
                 [self = shared_from_this(), kind = request.kind, deadline, done = std::move(done)](
                     const HttpAnswer& answer) { self->hear_address(answer, kind, deadline, done); });
  }

 private:
  void hear_address(const HttpAnswer& answer, const std::string& kind, Duration deadline,
                    const std::function<void(Bill)>& done) {
    if (answer.transport != Transport::answered) return done(refuse("silent", answer.error));
    if (const auto why = verifier_.refuses(answer, clock_.now()); !why.empty()) return done(refuse("silent", why));
    const auto tree = read_json_tree(answer.body);
    if (!tree) return done(refuse("malformed"));
    const auto code = tree->text_of("code");
    if (code == "STATEMENT_CREATING") return done(refuse("not_ready", std::string{tree->text_of("message")}));
    if (code == "NO_STATEMENT_EXIST") return done(refuse("no_bill", std::string{tree->text_of("message")}));
    if (answer.status != 200) return done(refuse("silent", std::string{code}));
    const std::string hash{tree->text_of("hash_value")}, url{tree->text_of("download_url")};
    // What we sign is sent only to whom the channel's own address names.
    const bool is_ours = url.starts_with(options_.base_url + "/") && tree->text_of("hash_type") == "SHA1";
    if (!is_ours) return done(refuse("malformed", "the file is elsewhere, or its hash is not SHA1"));
    auto call = assembler_.signed_call("GET", url.substr(options_.base_url.size()), "", deadline);
    call.answer_bytes_max = bill_bytes_max;
    client_.send(std::move(call), [kind, hash, done](const HttpAnswer& file) {
      if (file.transport != Transport::answered || file.status != 200) return done(refuse("silent", file.error));
      if (sha1_hex(file.body) != hash) return done(refuse("bad_hash"));
      done(read_wechat_bill(file.body, kind));
    });
  }

  static constexpr std::size_t bill_bytes_max = 256U << 20;

  WechatV3Options options_;
  WechatV3Assembler assembler_;
  WechatV3Verifier verifier_;
  HttpClient& client_;
  Clock& clock_;
};

/// Bills under way keep what they need alive, so the source itself may be thrown away.
class SharedBills final : public BillSource {
 public:
  explicit SharedBills(std::shared_ptr<WechatV3Bills> bills) : bills_(std::move(bills)) {}
  void fetch(const BillRequest& request, Duration deadline, std::function<void(Bill)> done) override {
    bills_->fetch(request, deadline, std::move(done));
  }

 private:
  std::shared_ptr<WechatV3Bills> bills_;
};

}  // namespace

std::unique_ptr<BillSource> make_wechat_v3_bills(WechatV3Options options, HttpClient& client, Clock& clock,
                                                 Dice& dice) {
  return std::make_unique<SharedBills>(std::make_shared<WechatV3Bills>(std::move(options), client, clock, dice));
}

}  // namespace tael
