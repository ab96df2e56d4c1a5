// Alipay's bills: an address that is good for half a minute, then a ZIP of CSV files in GBK. The address is signed, the
// file is not: it is believed because it came over TLS from where the signed answer said.
#include "adapters/channels/alipay/alipay_assembler.hpp"
#include "adapters/channels/alipay/alipay_bill_text.hpp"
#include "adapters/channels/alipay/alipay_signature.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace tael {

namespace {

Bill refuse(std::string refusal, std::string message = {}) {
  Bill bill;
  bill.refusal = std::move(refusal);
  bill.message = std::move(message);
  return bill;
}

struct Parts {
  Parts(AlipayOptions given, HttpClient& given_client, Clock& given_clock)
      : options(std::move(given)),
        assembler(options, given_clock),
        verifier(options.alipay_keys),
        client(given_client),
        clock(given_clock) {}
  AlipayOptions options;
  AlipayAssembler assembler;
  AlipayVerifier verifier;
  HttpClient& client;
  Clock& clock;
};

constexpr std::size_t bill_bytes_max = 256U << 20;

void hear_file(const HttpAnswer& file, const std::function<void(Bill)>& done) {
  if (file.transport != Transport::answered || file.status != 200) return done(refuse("silent", file.error));
  done(read_alipay_bill(file.body));
}

void hear_address(const std::shared_ptr<Parts>& parts, const HttpAnswer& answer, Duration deadline,
                  const std::function<void(Bill)>& done) {
  if (answer.transport != Transport::answered) return done(refuse("silent", answer.error));
  if (const auto why = parts->verifier.refuses(answer, parts->clock.now()); !why.empty())
    return done(refuse("silent", why));
  const auto root = read_json_tree(answer.body);
  const auto* inner = root ? open_alipay_answer(*root).inner : nullptr;
  if (inner == nullptr) return done(refuse("malformed"));
  const std::string code{inner->text_of("code")}, url{inner->text_of("bill_download_url")};
  if (code != "10000")
    return done(refuse(code == "40004" ? "not_ready" : "silent", std::string{inner->text_of("sub_code")}));
  const bool may_ask = url.starts_with("https://") || url.starts_with(parts->options.base_url + "/");
  if (!may_ask) return done(refuse("malformed", "the file's address is no https"));
  HttpCall call;
  call.method = "GET";
  call.url = url;
  call.deadline = deadline;
  call.connect_deadline = std::min(parts->options.connect_deadline, deadline);
  call.answer_bytes_max = bill_bytes_max;
  parts->client.send(std::move(call), [done](const HttpAnswer& file) { hear_file(file, done); });
}

class AlipayBills final : public BillSource {
 public:
  explicit AlipayBills(std::shared_ptr<Parts> parts) : parts_(std::move(parts)) {}
  void fetch(const BillRequest& request, Duration deadline, std::function<void(Bill)> done) override {
    const boost::json::object content{{"bill_type", request.kind}, {"bill_date", request.date}};
    auto call = parts_->assembler.signed_call("alipay.data.dataservice.bill.downloadurl.query",
                                              boost::json::serialize(content), deadline);
    parts_->client.send(std::move(call), [parts = parts_, deadline, done = std::move(done)](const HttpAnswer& answer) {
      hear_address(parts, answer, deadline, done);
    });
  }

 private:
  std::shared_ptr<Parts> parts_;
};

}  // namespace

std::unique_ptr<BillSource> make_alipay_bills(AlipayOptions options, HttpClient& client, Clock& clock) {
  return std::make_unique<AlipayBills>(std::make_shared<Parts>(std::move(options), client, clock));
}

}  // namespace tael
