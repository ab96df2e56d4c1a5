#include "runtime/scenario/customers.hpp"

#include "runtime/scenario/signed_request.hpp"
#include "runtime/scenario/town.hpp"

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
  boost::json::object body{{"order_no", town_.mark() + order_no},
                           {"type", "instant"},
                           {"scene", "shop"},
                           {"amount", amount.amount},
                           {"currency", amount.currency.code()},
                           {"subject", "a thing of " + business},
                           {"notify_url", town_.notify_url(business)}};
  if (expires_in > Duration::zero()) body["expires_in"] = expires_in.count() / 1000;
  ask({business, order_no, {}, true, serialize(body), {}, then});
}

void Customers::pay(const std::string& business, const std::string& order_no, const std::string& path,
                    const Then& then) {
  ask({business, order_no, "/payments", false, serialize(boost::json::object{{"path", path}}), {}, then});
}

void Customers::close(const std::string& business, const std::string& order_no) {
  ask({business, order_no, "/close", false, "{}", {}, {}});
}

void Customers::refund(const std::string& business, const std::string& order_no, const std::string& refund_no,
                       Money amount) {
  const boost::json::object body{{"refund_no", refund_no},
                                 {"amount", amount.amount},
                                 {"currency", amount.currency.code()},
                                 {"reason", "returned"}};
  ask({business, order_no, "/refunds", false, serialize(body), {}, {}});
}

void Customers::ask(Wish wish) {
  wish.key = town_.mark() + "w" + std::to_string(++wishes_);
  if (!orders_.contains(wish.order_no)) return town_.trace.line(town_.now(), "nobody created " + wish.order_no);
  unanswered_ += 1;
  send(std::make_shared<Wish>(std::move(wish)));
}

void Customers::send(const std::shared_ptr<Wish>& wish) {
  const auto& order = orders_.at(wish->order_no);
  if (!wish->creates && order.id.empty()) return again(wish, 200ms);
  const auto target = wish->creates ? std::string{"/v1/orders"} : "/v1/orders/" + order.id + wish->tail;
  const auto travels = Duration{static_cast<std::int64_t>(1 + town_.agenda.roll() % 5)};
  town_.agenda.at(town_.now() + travels, [this, wish, target] {
    const auto& business = town_.story.config.businesses.at(wish->business);
    const auto timestamp = std::to_string(town_.unix_seconds());
    const auto nonce = town_.mark() + "n" + std::to_string(++nonces_);
    if (town_.trace.keeps_lines())
      town_.trace.line(town_.now(), "asks     " + wish->business + " POST " + target + " " + wish->body);
    town_.request(signed_request(business, "POST", target, timestamp, nonce, wish->body, wish->key),
                  [this, wish](ServerResponse response) {
                    // Said now, so it must be durable now; heard a moment later.
                    if (response.status >= 200 && response.status < 300 && wish->tail != "/payments" &&
                        wish->tail != "/refunds") {
                      const auto said = boost::json::parse(response.body);
                      town_.told(text_in(said, "id"), said.at("version").to_number<std::int64_t>());
                    }
                    town_.agenda.at(town_.now() + 1ms,
                                    [this, wish, response = std::move(response)] { hear(wish, response); });
                  });
  });
}

void Customers::hear(const std::shared_ptr<Wish>& wish, const ServerResponse& response) {
  if (town_.trace.keeps_lines())
    town_.trace.line(town_.now(),
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
  unanswered_ -= 1;
  if (wish->then) wish->then(response.status, answer);
}

void Customers::again(const std::shared_ptr<Wish>& wish, Duration wait) {
  if (++wish->tries > tries_max) {
    gave_up_ += 1;
    unanswered_ -= 1;
    return town_.trace.line(town_.now(), "gives up " + wish->order_no + wish->tail);
  }
  town_.agenda.at(town_.now() + wait, [this, wish] { send(wish); });
}

void Customers::payer_pays(const std::string& order_no, const std::string& path) { look_for_code(order_no, path, 0); }

void Customers::look_for_code(const std::string& order_no, const std::string& path, int looks) {
  const auto heard = [this, order_no, path, looks](const std::string& number) {
    if (!number.empty()) return town_.trace.line(town_.now(), "payer    pays " + number + " of " + order_no);
    if (looks >= looks_max) return town_.trace.line(town_.now(), "payer    found nothing to pay for " + order_no);
    town_.agenda.at(town_.now() + 100ms, [this, order_no, path, looks] { look_for_code(order_no, path, looks + 1); });
  };
  const auto known = orders_.find(order_no);
  if (known == orders_.end() || known->second.id.empty()) return heard({});
  town_.pay_at_institution(known->second.id, path, heard);
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
