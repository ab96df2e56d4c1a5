#include "runtime/scenario/customers.hpp"

#include "adapters/crypto/crypto.hpp"
#include "runtime/api/business_auth.hpp"
#include "runtime/scenario/stage.hpp"

#include <boost/json.hpp>

namespace tael::scenario {
namespace {

constexpr int tries_max = 900;
constexpr int looks_max = 600;

std::string text_in(const boost::json::value& value, std::string_view key) {
  const auto* object = value.if_object();
  const auto* found = object == nullptr ? nullptr : object->if_contains(key);
  return found != nullptr && found->is_string() ? std::string{found->get_string()} : std::string{};
}

}  // namespace

/// One request of a business, until it is answered for good.
struct Customers::Wish {
  std::string business, order_no;
  std::string tail;  ///< After `/v1/orders/{id}`; the id is known when the order was answered.
  bool creates = false;
  std::string body, key;
  Then then;
  int tries = 0;
};

void Customers::create(const std::string& business, const std::string& order_no, Money amount, Duration expires_in,
                       const Then& then) {
  orders_.try_emplace(order_no, KnownOrder{business, order_no, {}, amount});
  boost::json::object body{{"order_no", order_no},
                           {"type", "instant"},
                           {"scene", "shop"},
                           {"amount", amount.amount},
                           {"currency", amount.currency.code()},
                           {"subject", "a thing of " + business},
                           {"notify_url", simulated::BusinessTwins::url_of(business)}};
  if (expires_in > Duration::zero()) body["expires_in"] = expires_in.count() / 1000;
  send(std::make_shared<Wish>(
      Wish{business, order_no, {}, true, serialize(body), "w" + std::to_string(++wishes_), then}));
}

void Customers::pay(const std::string& order_no, const std::string& path, const Then& then) {
  send(std::make_shared<Wish>(Wish{{},
                                   order_no,
                                   "/payments",
                                   false,
                                   serialize(boost::json::object{{"path", path}}),
                                   "w" + std::to_string(++wishes_),
                                   then}));
}

void Customers::close(const std::string& order_no) {
  send(std::make_shared<Wish>(Wish{{}, order_no, "/close", false, "{}", "w" + std::to_string(++wishes_), {}}));
}

void Customers::refund(const std::string& order_no, const std::string& refund_no, Money amount) {
  const boost::json::object body{{"refund_no", refund_no},
                                 {"amount", amount.amount},
                                 {"currency", amount.currency.code()},
                                 {"reason", "returned"}};
  send(std::make_shared<Wish>(
      Wish{{}, order_no, "/refunds", false, serialize(body), "w" + std::to_string(++wishes_), {}}));
}

void Customers::send(const std::shared_ptr<Wish>& wish) {
  const auto order = orders_.find(wish->order_no);
  if (order == orders_.end()) return stage_.trace.line(stage_.world.now(), "nobody created " + wish->order_no);
  if (wish->business.empty()) wish->business = order->second.business;
  if (!wish->creates && order->second.id.empty()) return again(wish, 200ms);
  const auto target = wish->creates ? std::string{"/v1/orders"} : "/v1/orders/" + order->second.id + wish->tail;
  const auto travels = Duration{static_cast<std::int64_t>(1 + stage_.agenda.roll() % 5)};
  stage_.agenda.at(stage_.world.now() + travels, [this, wish, target] {
    const auto& business = stage_.story.config.businesses.at(wish->business);
    const auto timestamp = std::to_string(unix_ms(stage_.world.now()) / 1000);
    const auto nonce = "n" + std::to_string(++nonces_);
    const auto base = signature_base("POST", target, timestamp, nonce, wish->body);
    if (stage_.trace.keeps_lines())
      stage_.trace.line(stage_.world.now(), "asks     " + wish->business + " POST " + target + " " + wish->body);
    stage_.node->request({"POST",
                          target,
                          {{"content-type", "application/json"},
                           {"tael-business", wish->business},
                           {"tael-token", business.token.reveal()},
                           {"tael-timestamp", timestamp},
                           {"tael-nonce", nonce},
                           {"tael-signature", hmac_sha256_hex(business.salt.reveal(), base)},
                           {"idempotency-key", wish->key}},
                          wish->body,
                          "127.0.0.1"},
                         [this, wish](ServerResponse response) {
                           // Said now, so it must be durable now; heard a moment later.
                           if (response.status >= 200 && response.status < 300 && wish->tail != "/payments" &&
                               wish->tail != "/refunds") {
                             const auto said = boost::json::parse(response.body);
                             stage_.promises.told(text_in(said, "id"), said.at("version").to_number<std::int64_t>());
                           }
                           stage_.agenda.at(stage_.world.now() + 1ms,
                                            [this, wish, response = std::move(response)] { hear(wish, response); });
                         });
  });
}

void Customers::hear(const std::shared_ptr<Wish>& wish, const ServerResponse& response) {
  if (stage_.trace.keeps_lines())
    stage_.trace.line(stage_.world.now(),
                      "answer   " + wish->business + " " + wish->order_no + wish->tail + " " +
                          (response.status == 0 ? "no answer" : std::to_string(response.status) + " " + response.body));
  if (response.status == 0) return again(wish, 1s);
  boost::json::error_code unreadable;
  const auto answer = boost::json::parse(response.body, unreadable);
  const auto code = unreadable ? std::string{} : text_in(answer, "code");
  if (response.status >= 400) {
    const auto* retryable = answer.is_object() ? answer.get_object().if_contains("retryable") : nullptr;
    const bool for_a_moment = retryable != nullptr && retryable->is_bool() && retryable->get_bool();
    // A path that is open or busy is not waited for: the payer would take another.
    if (for_a_moment && code.find("PATH") == std::string::npos && code.find("path") == std::string::npos)
      return again(wish, 1s);
    refusals_[wish->business] = code;
  } else if (wish->creates) {
    orders_.at(wish->order_no).id = text_in(answer, "id");
  }
  if (wish->then) wish->then(response.status, answer);
}

void Customers::again(const std::shared_ptr<Wish>& wish, Duration wait) {
  if (++wish->tries > tries_max) {
    gave_up_ += 1;
    return stage_.trace.line(stage_.world.now(), "gives up " + wish->order_no + wish->tail);
  }
  stage_.agenda.at(stage_.world.now() + wait, [this, wish] { send(wish); });
}

void Customers::payer_pays(const std::string& order_no, const std::string& path) { look_for_code(order_no, path, 0); }

void Customers::look_for_code(const std::string& order_no, const std::string& path, int looks) {
  const auto known = orders_.find(order_no);
  const auto found =
      known == orders_.end() ? stage_.machine.disk.orders.end() : stage_.machine.disk.orders.find(known->second.id);
  if (found != stage_.machine.disk.orders.end()) {
    const auto& attempts = found->second.attempts;
    for (auto attempt = attempts.rbegin(); attempt != attempts.rend(); ++attempt) {
      if (!path.empty() && attempt->path != path) continue;
      const auto channel = attempt->path.substr(0, attempt->path.find('/'));
      if (stage_.institutions.pay(channel, attempt->number))
        return stage_.trace.line(stage_.world.now(), "payer    pays " + attempt->number + " of " + order_no);
    }
  }
  if (looks >= looks_max) return stage_.trace.line(stage_.world.now(), "payer    found nothing to pay for " + order_no);
  stage_.agenda.at(stage_.world.now() + 100ms,
                   [this, order_no, path, looks] { look_for_code(order_no, path, looks + 1); });
}

const KnownOrder* Customers::find(const std::string& order_no) const {
  const auto found = orders_.find(order_no);
  return found == orders_.end() ? nullptr : &found->second;
}

std::string Customers::last_refusal(const std::string& business) const {
  const auto found = refusals_.find(business);
  return found == refusals_.end() ? std::string{} : found->second;
}

}  // namespace tael::scenario
