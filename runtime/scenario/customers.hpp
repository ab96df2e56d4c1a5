// Businesses that call our API and payers who pay at institutions. They behave as real ones do: a request without an
// answer, or refused for a moment, is repeated under the same Idempotency-Key; a payer looks again for the code to pay.
#pragma once

#include "actors/domain/money.hpp"
#include "adapters/http/server.hpp"

#include <boost/json/fwd.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace tael::scenario {

struct Town;

struct KnownOrder {
  std::string business, order_no;
  std::string id;  ///< Empty until the API has answered.
  Money amount;
};

class Customers {
 public:
  using Then = std::function<void(int status, const boost::json::value& answer)>;

  explicit Customers(Town& town) : town_(town) {}

  void create(const std::string& business, const std::string& order_no, Money amount, Duration expires_in,
              const Then& then = {});
  /// `business` asks, whoever created the order: about another's it is refused, as anybody would be.
  void pay(const std::string& business, const std::string& order_no, const std::string& path, const Then& then = {});
  void close(const std::string& business, const std::string& order_no);
  void refund(const std::string& business, const std::string& order_no, const std::string& refund_no, Money amount);
  /// The payer pays what the order's newest attempt shows; on `path` only, when it is not empty.
  void payer_pays(const std::string& order_no, const std::string& path);

  /// Null when nobody created it.
  const KnownOrder* find(const std::string& order_no) const;
  const std::unordered_map<std::string, KnownOrder>& all() const { return orders_; }
  /// The code of the last answer that refused this business something; empty when none did.
  std::string last_refusal(const std::string& business) const;
  int gave_up() const { return gave_up_; }
  bool awaits_answers() const { return unanswered_ > 0; }

 private:
  struct Wish;
  void send(const std::shared_ptr<Wish>& wish);
  void hear(const std::shared_ptr<Wish>& wish, const ServerResponse& response);
  void ask(Wish wish);
  void again(const std::shared_ptr<Wish>& wish, Duration wait);
  void look_for_code(const std::string& order_no, const std::string& path, int looks);

  Town& town_;
  std::unordered_map<std::string, KnownOrder> orders_;
  std::map<std::string, std::string> refusals_;
  std::uint64_t wishes_ = 0, nonces_ = 0;
  int gave_up_ = 0, unanswered_ = 0;
};

}  // namespace tael::scenario
