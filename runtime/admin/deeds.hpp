// What operators do, by whatever way in, as the journal keeps it: who, what, to which thing and why, written before it
// is done; and what came of it, after. A deed without its second row was cut short, which the audit page says.
#pragma once

#include "actors/domain/operator_role.hpp"
#include "actors/domain/records.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "runtime/admin/admin_gateway.hpp"

#include <functional>
#include <string>
#include <variant>

namespace tael {

/// Who asks, as proved by a token or a session.
struct Operator {
  std::string name;  ///< `token/NAME` or `operator/NAME`, as causes and audit say it.
  OperatorRole role = OperatorRole::read;
};

struct Deed {
  std::string by;  ///< `operator/ada`; of a token that speaks for somebody, `token/deploy for ada`.
  std::string action, target, reason;
  /// Obeyed before it is written down: what spares a channel must not wait for a store that is in trouble.
  bool is_urgent = false;
};

/// What came of a deed, for the journal and for people.
std::string outcome_of(const OrderReply& reply);
template <class... Answers>
std::string outcome_of(const std::variant<Answers...>& reply) {
  const auto* refused = std::get_if<Refused>(&reply);
  return refused == nullptr ? "done" : "refused: " + refused->detail;
}

/// All deeds of a house in one shard, so that they are read in order.
Shard deeds_shard();

/// Safe to call from any thread.
class Deeds {
 public:
  using Told = std::function<void(std::string outcome)>;

  Deeds(AdminGateway& gateway, const Clock& clock, Dice& dice) : gateway_(gateway), clock_(clock), dice_(dice) {}

  /// Writes down what is asked, lets `act` do it, and when `act` tells what came of it writes that down and calls
  /// `finished`. What cannot be written down is not done, and `unwritten` is called instead.
  void perform(const Deed& deed, std::function<void(Told)> act, Told finished, std::function<void()> unwritten);

 private:
  AdminGateway& gateway_;
  const Clock& clock_;
  Dice& dice_;
};

}  // namespace tael
