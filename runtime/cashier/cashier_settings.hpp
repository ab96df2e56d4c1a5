// What the cashier must know of a business: its name, the ways to pay it offers, and whom it may ask for more.
#pragma once

#include "actors/domain/money.hpp"
#include "actors/domain/time.hpp"
#include "actors/ports/store.hpp"
#include "runtime/cashier/words.hpp"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

/// Things that make the page better and that it does without when they are slow, down or switched off.
enum class Lookup {
  user,       ///< Who the payer is, for a greeting.
  quota,      ///< What the payer may still spend by each path.
  promotion,  ///< What is cheaper today.
  options,    ///< Which of the paths to show, in which order; asked when the other three have answered.
};
inline constexpr std::array all_lookups{Lookup::user, Lookup::quota, Lookup::promotion, Lookup::options};
std::string_view name_of(Lookup lookup);

struct LookupSettings {
  std::string url;         ///< Empty: never asked.
  Duration deadline{300};  ///< All it may cost the page.
  int in_flight_max = 64;  ///< When so many wait, further pages do without.
  bool switched_on = true;
};

struct PaymentOption {
  std::string path;
  ShownName channel_name, method_name;
  std::vector<Currency> currencies;          ///< Of its channel.
  std::map<Currency, std::int64_t> steps{};  ///< In what steps it counts them, where not in minor units.
  std::string payer_need{};  ///< Member of the order's `payer` without which the channel refuses; often none.
  bool is_for_apps = false;  ///< Ends in parameters for an app or an SDK, which a page does not have.
};

struct CashierBusiness {
  std::string code, name;
  std::vector<PaymentOption> options;  ///< In the order they are shown.
  std::array<LookupSettings, 4> lookups;
  std::string form_key;  ///< Signs the tokens of forms; the same on every node.
  const LookupSettings& of(Lookup lookup) const { return lookups.at(static_cast<std::size_t>(lookup)); }
};

/// Null when there is no such business.
using FindCashierBusiness = std::function<std::shared_ptr<const CashierBusiness>(std::string_view code)>;

/// As `Store::load_order`. Pages are made where `done` is called, and anybody may ask for one: never give them a thread
/// that payments wait for.
using LoadOrder = std::function<void(std::string id, std::function<void(Read<std::optional<OrderRecord>>)> done)>;

}  // namespace tael
