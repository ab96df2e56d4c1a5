// The payer's pages on the API's listener: who holds an order's id may see it and pay it. Everything shown comes from
// the store, everything done goes through the order's owner; a browser is believed only what it chose.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/meter.hpp"
#include "adapters/http/server.hpp"
#include "runtime/api/gateway.hpp"
#include "runtime/api/router.hpp"
#include "runtime/cashier/feed.hpp"
#include "runtime/cashier/lookups.hpp"
#include "runtime/cashier/order_page.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>

namespace tael {

/// Everything outlives the cashier.
struct CashierPeers {
  Gateway& gateway;
  LoadOrder load_order;
  PathBoard& board;
  CashierFeed& feed;
  Lookups& lookups;
  const Clock& clock;
  Dice& dice;
  Meter& meter;
  FindCashierBusiness find_business;
  bool is_https = false;  ///< Payers reach us encrypted, so cookies are for that only.
  Handler otherwise;      ///< For what is not under `/cashier/`.
};

class Cashier {
 public:
  explicit Cashier(CashierPeers peers) : peers_(std::move(peers)) {}

  /// The API server's `Handler`.
  void handle(ServerRequest request, Respond respond);

  static std::span<const Route> routes();

 private:
  struct Visit;
  using VisitRef = std::shared_ptr<Visit>;
  using Handle = void (Cashier::*)(const VisitRef&);
  static const std::vector<std::pair<Route, Handle>>& table();

  void show_asset(const VisitRef& visit);
  void show_order(const VisitRef& visit);
  void follow_order(const VisitRef& visit);
  void take_choice(const VisitRef& visit);

  template <class Work>
  void safely(const VisitRef& visit, Work work);
  void with_order(const VisitRef& visit, std::function<void()> then);
  void pay(const VisitRef& visit, const std::string& path, const std::string& after);
  void hear_reply(const VisitRef& visit, const OrderReply& reply);
  void render(const VisitRef& visit, int status, std::optional<Word> refused);
  void look_up(const VisitRef& visit, std::function<void(LookedUp)> then);
  std::vector<OptionShown> offers_of(const Visit& visit, const LookedUp& looked_up) const;
  void show(const VisitRef& visit, int status, std::optional<Word> refused, const LookedUp& looked_up);
  void say(const VisitRef& visit, int status, Word title, Word hint);
  std::string random_text();

  CashierPeers peers_;
};

}  // namespace tael
