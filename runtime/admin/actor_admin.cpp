#include "runtime/admin/actor_admin.hpp"

#include "actors/kit/manners.hpp"
#include "runtime/api/shielded.hpp"

namespace tael {
namespace {

/// The admin server waits longer; orders and channels less.
constexpr Duration order_deadline = 25s;
constexpr Duration breaker_deadline = 5s;

const Refused no_order{Refusal::order_not_found, "there is no such order", {}};
const Refused no_answer{Refusal::unavailable, "the order's owner did not answer in time", {}};
const Refused not_durable{Refusal::unavailable,
                          "the switch could not be written down in time; it may hold all the same: look before you "
                          "switch again",
                          {}};
const Refused no_breakers{Refusal::unavailable, "the breakers did not answer in time", {}};

}  // namespace

class ActorAdmin::Clerk : public caf::event_based_actor {
 public:
  Clerk(caf::actor_config& config, OrdersRef to_orders, BreakersRef to_breakers, StoreRef to_store,
        LinkMonitorRef to_links, AlertsActorRef to_alerts, Surroundings given)
      : event_based_actor(config),
        orders(std::move(to_orders)),
        breakers(std::move(to_breakers)),
        store(std::move(to_store)),
        links(std::move(to_links)),
        alerts(std::move(to_alerts)),
        surroundings(given) {}
  caf::behavior make_behavior() override {
    kit::mind_manners(this);
    return {[](const kit::Run& run) { run.what(); }};
  }
  const char* name() const override { return "admin"; }
  void on_exit() override { orders = nullptr, breakers = nullptr, store = nullptr, links = nullptr, alerts = nullptr; }

  template <class Message>
  void ask_order(Message message, const OnOrder& answer) {
    kit::ask<OrderReply>(
        this, surroundings.timers, order_deadline, orders, std::move(message),
        [answer](const OrderReply& reply) { answer(reply); }, [answer](const caf::error&) { answer(no_answer); });
  }

  OrdersRef orders;
  BreakersRef breakers;
  StoreRef store;
  LinkMonitorRef links;
  AlertsActorRef alerts;
  Surroundings surroundings;
};

ActorAdmin::ActorAdmin(caf::actor_system& system, OrdersRef orders, BreakersRef breakers, StoreRef store,
                       LinkMonitorRef links, AlertsActorRef alerts, Surroundings surroundings)
    : log_(surroundings.log) {
  clerk_ = system.spawn<Clerk>(std::move(orders), std::move(breakers), std::move(store), std::move(links),
                               std::move(alerts), surroundings);
  clerk_body_ = caf::actor_cast<Clerk*>(clerk_);
}

ActorAdmin::~ActorAdmin() { stop(); }

void ActorAdmin::stop() {
  if (!clerk_) return;
  caf::anon_send_exit(clerk_, caf::exit_reason::user_shutdown);
  clerk_ = nullptr;
}

void ActorAdmin::let_clerk(std::string_view why, std::function<void(Clerk&)> work) {
  kit::post(caf::actor_cast<caf::weak_actor_ptr>(clerk_), why,
            [clerk = clerk_body_, work = std::move(work)] { work(*clerk); });
}

void ActorAdmin::view_breakers(std::function<void(std::variant<BreakersView, Refused>)> done) {
  let_clerk("view breakers", [done = shielded(log_, std::move(done))](Clerk& clerk) {
    kit::ask<BreakersView>(
        &clerk, clerk.surroundings.timers, breaker_deadline, clerk.breakers, ViewBreakers{},
        [done](const BreakersView& view) { done(view); }, [done](const caf::error&) { done(no_breakers); });
  });
}

void ActorAdmin::switch_path(SwitchPath hand, std::function<void(std::variant<BreakerView, Refused>)> done) {
  let_clerk("switch path", [hand = std::move(hand), done = shielded(log_, std::move(done))](Clerk& clerk) {
    kit::ask<BreakerView>(
        &clerk, clerk.surroundings.timers, breaker_deadline, clerk.breakers, hand,
        [done](const BreakerView& view) { done(view); },
        [done, path = hand.path](const caf::error& why) {
          if (why == caf::sec::invalid_argument)
            return done(
                Refused{Refusal::path_unknown, "there is no path '" + path + "', or its breaker is starting", {}});
          if (why == caf::sec::unexpected_message)
            return done(Refused{Refusal::moved_on, "'" + path + "' has moved on since; look again", {}});
          done(not_durable);
        });
  });
}

template <class Message>
void ActorAdmin::ask_links(Message message, std::function<void(std::variant<LinksView, Refused>)> done) {
  let_clerk("ask links", [message = std::move(message), done = shielded(log_, std::move(done))](Clerk& clerk) {
    kit::ask<LinksView>(
        &clerk, clerk.surroundings.timers, breaker_deadline, clerk.links, message,
        [done](const LinksView& view) { done(view); },
        [done](const caf::error&) {
          done(Refused{Refusal::unavailable, "the link monitor did not answer in time", {}});
        });
  });
}
void ActorAdmin::view_links(std::function<void(std::variant<LinksView, Refused>)> done) {
  ask_links(ViewLinks{}, std::move(done));
}
void ActorAdmin::turn_links(TurnLinkMonitor hand, std::function<void(std::variant<LinksView, Refused>)> done) {
  ask_links(std::move(hand), std::move(done));
}

void ActorAdmin::sync(std::string order_id, OnOrder done) {
  let_clerk("sync order", [order_id = std::move(order_id), done = shielded(log_, std::move(done))](Clerk& clerk) {
    clerk.ask_order(SyncOrder{order_id}, done);
  });
}

void ActorAdmin::close(std::string order_id, std::string cause, OnOrder done) {
  if (order_of(order_id) != order_id) return done(no_order);
  let_clerk("close order", [order_id = std::move(order_id), cause = std::move(cause),
                            done = shielded(log_, std::move(done))](Clerk& clerk) {
    // Only its own business may close an order, and only the store says which that is.
    clerk.surroundings.store.load_order(
        order_id,
        kit::inside<Read<std::optional<OrderRecord>>>(
            &clerk, "order loaded", [&clerk, order_id, cause, done](const Read<std::optional<OrderRecord>>& read) {
              if (!read.ok()) return done(Refused{Refusal::unavailable, "the order cannot be read now", {}});
              if (!read.value) return done(no_order);
              CloseOrder ask;
              ask.claim.business = read.value->order.context.business;
              ask.claim.route = "close";
              ask.claim.request_id = cause;
              ask.order_id = order_id;
              clerk.ask_order(std::move(ask), done);
            }));
  });
}

void ActorAdmin::resume(std::string order_id, std::string cause, OnOrder done) {
  let_clerk("resume order", [ask = ResumeOrder{std::move(order_id), std::move(cause)},
                             done = shielded(log_, std::move(done))](Clerk& clerk) { clerk.ask_order(ask, done); });
}

void ActorAdmin::handle_alert(HandleAlert hand, std::function<void(AlertReply)> done) {
  let_clerk("handle alert", [hand = std::move(hand), done = shielded(log_, std::move(done))](Clerk& clerk) {
    kit::ask<AlertReply>(
        &clerk, clerk.surroundings.timers, order_deadline, clerk.alerts, hand,
        [done](const AlertReply& reply) { done(reply); },
        [done](const caf::error&) {
          done(Refused{Refusal::unavailable, "whoever looks after alerts did not answer in time", {}});
        });
  });
}

void ActorAdmin::write_down(JournalRow row, std::function<void(bool)> done) {
  let_clerk("write down", [row = std::move(row), done = shielded(log_, std::move(done))](Clerk& clerk) {
    Commit commit;
    commit.shard = row.shard;
    commit.journal.push_back(row);
    kit::ask<Remembered>(
        &clerk, clerk.surroundings.timers, breaker_deadline, clerk.store, Remember{std::move(commit)},
        [done](const Remembered& answer) { done(answer.result.outcome == CommitOutcome::committed); },
        [done](const caf::error&) { done(false); });
  });
}

}  // namespace tael
