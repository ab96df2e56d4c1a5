// What operators may ask of the actors, without knowing one. The composition root implements it over actors, tests
// over a table. Every `done` is called exactly once, from whatever thread.
#pragma once

#include "actors/messages.hpp"

#include <functional>
#include <string>
#include <variant>

namespace tael {

class AdminGateway {
 public:
  virtual ~AdminGateway() = default;
  using OnOrder = std::function<void(OrderReply)>;
  /// What a person does to an order and says why: `close` or `resume`.
  using OrderDeed = void (AdminGateway::*)(std::string order_id, std::string cause, OnOrder done);

  virtual void view_breakers(std::function<void(std::variant<BreakersView, Refused>)> done) = 0;
  /// `path_unknown` when there is no breaker for the path.
  virtual void switch_path(SwitchPath hand, std::function<void(std::variant<BreakerView, Refused>)> done) = 0;
  /// Unavailable where there is no link monitor.
  virtual void view_links(std::function<void(std::variant<LinksView, Refused>)> done) {
    done(Refused{Refusal::unavailable, "there is no link monitor", {}});
  }
  virtual void turn_links(TurnLinkMonitor, std::function<void(std::variant<LinksView, Refused>)> done) {
    done(Refused{Refusal::unavailable, "there is no link monitor", {}});
  }
  /// Asks the channels again, now; answers with the order as it is before they do.
  virtual void sync(std::string order_id, OnOrder done) = 0;
  /// Closes it as its own business would. `cause` is what the journal will say.
  virtual void close(std::string order_id, std::string cause, OnOrder done) = 0;
  /// Takes up what is parked of it. `cause` is what the journal will say.
  virtual void resume(std::string order_id, std::string cause, OnOrder done) = 0;
  /// Acknowledges or resolves an alert.
  virtual void handle_alert(HandleAlert, std::function<void(AlertReply)> done) {
    done(Refused{Refusal::unavailable, "nobody looks after alerts here", {}});
  }
  /// One row of the journal that belongs to no order; false when it is not durable, or was there already.
  virtual void write_down(JournalRow row, std::function<void(bool)> done) = 0;
};

}  // namespace tael
