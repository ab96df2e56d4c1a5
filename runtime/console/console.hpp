// The operators' pages on the admin listener, for whoever is logged in. Pages only show; a deed needs the session's
// token and a reason, is written down before it is done, and goes the way that the admin API's own calls go.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/log.hpp"
#include "adapters/http/server.hpp"
#include "adapters/network/address.hpp"
#include "runtime/admin/admin_gateway.hpp"
#include "runtime/admin/deeds.hpp"
#include "runtime/admin/store_reads.hpp"
#include "runtime/api/router.hpp"
#include "runtime/console/figures.hpp"
#include "runtime/console/frame.hpp"
#include "runtime/console/live.hpp"
#include "runtime/console/sessions.hpp"
#include "runtime/web/form.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tael {

/// Everything outlives the console.
struct ConsolePeers {
  AdminGateway& gateway;
  StoreReads& reads;
  Figures& figures;
  ConsoleLive& live;
  Sessions& sessions;
  const Clock& clock;
  Dice& dice;
  Log& log;  ///< Who came in and who did not.
  std::string node;
  std::vector<std::string> businesses;  ///< Whose numbers a search tries.
  Handler otherwise;                    ///< For what is not under `/console`.
  std::vector<Network> proxies{};       ///< Who is believed about where a visit came from.
};

class Console {
 public:
  explicit Console(ConsolePeers peers) : peers_(std::move(peers)), deeds_(peers_.gateway, peers_.clock, peers_.dice) {}

  /// The admin server's `Handler`.
  void handle(ServerRequest request, Respond respond);

  static std::span<const Route> routes();

 private:
  struct Visit;
  using VisitRef = std::shared_ptr<Visit>;
  using Handle = void (Console::*)(const VisitRef&);
  struct Row;
  static const std::vector<Row>& table();
  /// Nothing: what was asked for is not there.
  using Body = std::function<std::optional<std::string>(postgres::Snapshot&, const console::Frame&)>;

  void show_asset(const VisitRef& visit);
  void show_login(const VisitRef& visit);
  void log_in(const VisitRef& visit);
  void log_out(const VisitRef& visit);
  void show_overview(const VisitRef& visit);
  void show_path(const VisitRef& visit);
  void show_events(const VisitRef& visit);
  void show_orders(const VisitRef& visit);
  void show_order(const VisitRef& visit);
  void show_alerts(const VisitRef& visit);
  void show_timers(const VisitRef& visit);
  void show_money(const VisitRef& visit);
  void show_deeds(const VisitRef& visit);
  void show_links(const VisitRef& visit);
  void show_supervision(const VisitRef& visit);
  void follow(const VisitRef& visit);
  void show_seconds(const VisitRef& visit);
  void switch_path(const VisitRef& visit);
  void sync_order(const VisitRef& visit);
  void resume_order(const VisitRef& visit);
  void close_order(const VisitRef& visit);
  void do_to_order(const VisitRef& visit, const std::string& action, AdminGateway::OrderDeed order_deed);
  void acknowledge(const VisitRef& visit);
  void turn_links(const VisitRef& visit);
  void resolve(const VisitRef& visit);
  void handle_alert(const VisitRef& visit, bool resolve);

  console::Frame frame(const VisitRef& visit, std::string_view title, std::string_view here, bool is_live = false);
  void page(const VisitRef& visit, console::Frame around, Body body);
  /// Who did it and why the visit says.
  void perform(const VisitRef& visit, Deed deed, const std::string& back, std::function<void(Deeds::Told)> act);
  bool takes_form(const VisitRef& visit);

  ConsolePeers peers_;
  Deeds deeds_;
};

}  // namespace tael
