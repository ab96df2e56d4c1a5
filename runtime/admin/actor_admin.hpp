// The operators' gateway over the actors: each question is asked by one clerk with a deadline of ours.
#pragma once

#include "actors/alerts_actor.hpp"
#include "actors/breakers_actor.hpp"
#include "actors/link_monitor_actor.hpp"
#include "actors/orders_actor.hpp"
#include "runtime/admin/admin_gateway.hpp"

namespace tael {

class ActorAdmin final : public AdminGateway {
 public:
  ActorAdmin(caf::actor_system& system, OrdersRef orders, BreakersRef breakers, StoreRef store, LinkMonitorRef links,
             AlertsActorRef alerts, Surroundings surroundings);
  ~ActorAdmin() override;

  void view_breakers(std::function<void(std::variant<BreakersView, Refused>)> done) override;
  void switch_path(SwitchPath hand, std::function<void(std::variant<BreakerView, Refused>)> done) override;
  void view_links(std::function<void(std::variant<LinksView, Refused>)> done) override;
  void turn_links(TurnLinkMonitor hand, std::function<void(std::variant<LinksView, Refused>)> done) override;
  void handle_alert(HandleAlert hand, std::function<void(AlertReply)> done) override;
  void sync(std::string order_id, OnOrder done) override;
  void close(std::string order_id, std::string cause, OnOrder done) override;
  void resume(std::string order_id, std::string cause, OnOrder done) override;
  void write_down(JournalRow row, std::function<void(bool)> done) override;

  /// The one actor that asks for all operators.
  const caf::actor& clerk() const { return clerk_; }
  /// Ends its actor. Questions still under way are not answered any more.
  void stop();

 private:
  class Clerk;
  template <class Message>
  void ask_links(Message message, std::function<void(std::variant<LinksView, Refused>)> done);
  void let_clerk(std::string_view why, std::function<void(Clerk&)> work);

  Log& log_;
  caf::actor clerk_;
  Clerk* clerk_body_ = nullptr;  ///< Touched only inside the clerk's own runs.
};

}  // namespace tael
