#include "adapters/simulated/house_dialect.hpp"

#include "adapters/simulated/institution.hpp"
#include "adapters/simulated/institution_json.hpp"
#include "adapters/simulated/institution_signature.hpp"

#include <utility>

namespace tael {

using namespace institution_json;

namespace {

constexpr std::string_view payments_path = "/v1/payments", refunds_path = "/v1/refunds", bills_path = "/v1/bills/";

/// The number in `/v1/payments/{number}`, or nothing.
std::string number_in(std::string_view target, std::string_view path, std::string_view tail = {}) {
  if (target.size() <= path.size() + 1 + tail.size() || !target.starts_with(path) || target[path.size()] != '/' ||
      !target.ends_with(tail))
    return {};
  target.remove_prefix(path.size() + 1);
  target.remove_suffix(tail.size());
  return target.find('/') == std::string_view::npos ? std::string{target} : std::string{};
}

struct Route {
  ChannelOp op;
  std::string number;  ///< From the path; empty when it is in the body.
};

std::optional<Route> route(std::string_view method, std::string_view target) {
  const bool post = method == "POST", get = method == "GET";
  if (post && target == payments_path) return Route{ChannelOp::pay, {}};
  if (post && target == refunds_path) return Route{ChannelOp::refund, {}};
  if (auto number = number_in(target, payments_path, "/close"); post && !number.empty())
    return Route{ChannelOp::close, std::move(number)};
  if (auto number = number_in(target, payments_path); get && !number.empty())
    return Route{ChannelOp::inquire, std::move(number)};
  if (auto number = number_in(target, refunds_path); get && !number.empty())
    return Route{ChannelOp::inquire_refund, std::move(number)};
  return std::nullopt;
}

class HouseDialect final : public Dialect {
 public:
  HouseDialect(const InstitutionOptions& options, Dice& dice) : options_(options), dice_(dice) {}

  std::variant<HeardCall, InstitutionReply> hear(const InstitutionRequest& request, Institution& institution,
                                                 TimePoint now) override {
    const std::string_view target = request.target;
    const bool is_signed = is_signed_by_merchant(options_, request.method, target, request.headers, request.body, now);
    if (!is_signed) return signed_at(now, refuse(401, "bad_signature", "the request is not signed by its merchant"));
    if (request.method == "GET" && target.starts_with(bills_path)) {
      InstitutionReply bill;
      bill.content_type = "text/csv";
      bill.body = institution.book().bill(target.substr(bills_path.size()));
      return signed_at(now, std::move(bill));
    }
    const auto found = route(request.method, target);
    if (!found) return signed_at(now, refuse(404, "no_such_call", "no call of this name"));
    HeardCall call{found->op, found->number.empty() ? object(request.body) : boost::json::object{}, {}};
    if (!found->number.empty()) call.body["number"] = found->number;
    return call;
  }

  InstitutionReply answer(const HeardCall&, int status, const boost::json::object& body) override {
    auto made = reply(body);
    made.status = status;
    return made;
  }

  void sign(InstitutionReply& reply, Signing signing, TimePoint signed_at) override {
    reply.headers = headers(signing, signed_at, reply.body);
  }

  std::optional<HttpCall> callback(const boost::json::object& body, Signing signing, TimePoint signed_at, TimePoint,
                                   bool cut) override {
    HttpCall call;
    call.body = boost::json::serialize(body);
    call.headers = headers(signing, signed_at, call.body);
    call.headers.emplace_back("content-type", "application/json");
    if (cut) call.body.resize(call.body.size() / 2);
    return call;
  }

  void rotate() override { ++key_; }

 private:
  InstitutionReply signed_at(TimePoint now, InstitutionReply reply) {
    sign(reply, Signing::right, now);
    return reply;
  }

  HttpHeaders headers(Signing signing, TimePoint at, std::string_view body) {
    if (signing == Signing::absent || options_.keys.empty()) return {};
    auto made = institution_headers(options_.keys[key_ % options_.keys.size()], at, make_word(dice_, "n"), body);
    for (auto& [name, value] : made) {
      if (signing == Signing::forged && name == "house-signature") value = std::string(64, '0');
      if (signing == Signing::unknown_key && name == "house-key") value = "of-nobody";
    }
    return made;
  }

  const InstitutionOptions& options_;
  Dice& dice_;
  std::size_t key_ = 0;  ///< Which of ours signs.
};

}  // namespace

std::unique_ptr<Dialect> make_house_dialect(const InstitutionOptions& options, Dice& dice) {
  return std::make_unique<HouseDialect>(options, dice);
}

}  // namespace tael
