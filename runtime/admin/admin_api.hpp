// What operators ask of a running node over HTTP: switches of channels, orders to sync or close, alerts. Routes
// under `/admin/` are its own and want the token; everything else goes on to the next handler.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/renderer.hpp"
#include "actors/supervision_board.hpp"
#include "adapters/http/server.hpp"
#include "runtime/admin/admin_gateway.hpp"
#include "runtime/admin/deeds.hpp"
#include "runtime/admin/store_reads.hpp"
#include "runtime/api/problem.hpp"
#include "runtime/api/router.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

/// Who shows `value` is `token/NAME` in every cause and may do what its role may.
struct AdminToken {
  std::string name, value;
  OperatorRole role = OperatorRole::read;
};

/// Everything outlives the API.
struct AdminPeers {
  AdminGateway& gateway;
  StoreReads& reads;
  const Renderer& renderer;
  const Clock& clock;
  Dice& dice;
  std::vector<AdminToken> tokens;  ///< One of which `Tael-Admin-Token` must be; empty: nobody is let in.
  std::function<void(std::function<void(std::string)>)> overview;  ///< The node at a glance, as JSON.
  Handler otherwise;                                               ///< For what is not under `/admin/`.
  std::function<std::vector<Supervised>()> supervision{};
};

class AdminApi {
 public:
  explicit AdminApi(AdminPeers peers) : peers_(std::move(peers)), deeds_(peers_.gateway, peers_.clock, peers_.dice) {}

  /// The admin server's `Handler`.
  void handle(ServerRequest request, Respond respond);

  static std::span<const Route> routes();
  /// Why a request of an operator is not carried out, beside the reasons that businesses hear too.
  static std::vector<Reason> reasons();

 private:
  struct Call;
  using CallRef = std::shared_ptr<Call>;
  using Handle = void (AdminApi::*)(const CallRef&);
  struct Row;
  static const std::vector<Row>& table();

  void list_channels(const CallRef& call);
  void switch_channel(const CallRef& call);
  void list_breaker_events(const CallRef& call);
  void show_order(const CallRef& call);
  void sync_order(const CallRef& call);
  void resume_order(const CallRef& call);
  void close_order(const CallRef& call);
  void do_to_order(const CallRef& call, const std::string& action, AdminGateway::OrderDeed order_deed);
  void list_alerts(const CallRef& call);
  void show_alert(const CallRef& call);
  void acknowledge_alert(const CallRef& call);
  void resolve_alert(const CallRef& call);
  void handle_alert(const CallRef& call, bool resolve);
  void answer_with_events(const CallRef& call, const std::string& path, const std::string& op, bool is_there);
  void answer_with_alert(const CallRef& call, std::int64_t id);
  void show_overview(const CallRef& call);
  void show_supervision(const CallRef& call);
  void show_links(const CallRef& call);
  void turn_links(const CallRef& call);

  bool is_let_in(const CallRef& call) const;
  void perform(const CallRef& call, const Deed& deed, std::function<void(Deeds::Told)> act);
  void read(const CallRef& call, std::function<std::string(postgres::Snapshot&)> body);
  AdminGateway::OnOrder replying(const CallRef& call, Deeds::Told told);

  AdminPeers peers_;
  Deeds deeds_;
};

}  // namespace tael
