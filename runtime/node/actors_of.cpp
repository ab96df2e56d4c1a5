#include "runtime/node/actors_of.hpp"

#include <atomic>

namespace tael {

ActorsOf::ActorsOf(caf::actor_system& system, ActorsSettings settings, Surroundings surroundings) {
  store = system.spawn<StoreActor>(surroundings, peers_, settings.batch_max);
  std::vector<BreakerListenerRef> listeners;
  if (settings.on_breaker_moved) {
    breaker_listener_ = system.spawn(
        [hear = settings.on_breaker_moved](BreakerListenerRef::pointer self) -> BreakerListenerRef::behavior_type {
          kit::mind_manners(self);
          return {[hear](const BreakerMoved& moved) { hear(moved); }};
        });
    listeners.push_back(breaker_listener_);
  }
  alert_rounds = system.spawn<AlertRoundsActor>(
      surroundings, peers_,
      AlertRoundsSettings{std::move(settings.alert_rounds), settings.alerts.policy.override_told_after});
  listeners.push_back(alert_rounds);
  breakers = system.spawn<BreakersActor>(
      settings.paths,
      BreakersPeers{{store, listeners, surroundings.timers, surroundings.clock, surroundings.dice, surroundings.crash},
                    surroundings.store,
                    surroundings.log,
                    &board_},
      settings.ejection);
  const auto quarantine = std::make_shared<Quarantine>(settings.quarantined);
  settings.alerts.on_resolved = [quarantine](const Alert& alert) {
    if (alert.kind == quarantined_kind) quarantine->release(alert.ref);
  };
  channels = system.spawn<ChannelsActor>(settings.channels,
                                         SupervisorPeers{breakers, store, surroundings.timers, surroundings.clock,
                                                         surroundings.dice, surroundings.log, &board_, quarantine},
                                         settings.isolation);
  timers = system.spawn<TimersActor>(surroundings, peers_);
  notices = system.spawn<NoticesActor>(surroundings, peers_, settings.notices);
  accounts = system.spawn<AccountsActor>(surroundings, peers_);
  orders = system.spawn<OrdersActor>(surroundings, peers_, settings.orders);
  links = system.spawn<LinkMonitorActor>(surroundings, peers_, settings.links);
  alerts = system.spawn<AlertsActor>(surroundings, peers_, settings.alerts);
  *peers_ = Peers{store,
                  breakers,
                  channels,
                  timers,
                  notices,
                  accounts,
                  orders,
                  links,
                  alerts,
                  breakers,
                  std::make_shared<LinkDial>()};
}

void ActorsOf::begin() {
  caf::anon_send(accounts, Begin{});
  caf::anon_send(notices, Begin{});
  caf::anon_send(orders, Begin{});
  caf::anon_send(timers, Begin{});
  caf::anon_send(links, Begin{});
  caf::anon_send(alerts, Begin{});
  caf::anon_send(alert_rounds, Begin{});
}

namespace {

/// One service as its watcher sees it. `unanswered` is shared with the ping that is on its way.
struct Watched {
  std::string name;
  caf::actor actor;
  std::shared_ptr<std::atomic<int>> unanswered = std::make_shared<std::atomic<int>>(0);
};

class Watcher : public caf::event_based_actor {
 public:
  Watcher(caf::actor_config& config, std::vector<Watched> services, Surroundings surroundings, SupervisionBoard& board,
          std::function<void(std::string, std::string)> on_death)
      : event_based_actor(config),
        services_(std::move(services)),
        surroundings_(surroundings),
        board_(board),
        on_death_(std::move(on_death)),
        alarm_(surroundings.timers) {}
  const char* name() const override { return "watcher"; }
  void on_exit() override { services_.clear(); }
  caf::behavior make_behavior() override {
    kit::mind_manners(this);
    set_down_handler([this](const caf::down_msg& end) { hear_down(end); });
    for (const auto& service : services_) {
      monitor(service.actor);
      board_.started(service.name, Lifetime::permanent, surroundings_.clock.now());
    }
    ping();
    return {[](const kit::Run& run) { run.what(); }};
  }

 private:
  void hear_down(const caf::down_msg& end) {
    if (end.reason == caf::exit_reason::user_shutdown) return;
    for (const auto& service : services_)
      if (service.actor.address() == end.source) return on_death_(service.name, system().render(end.reason));
  }
  void ping() {
    const auto now = surroundings_.clock.now();
    for (const auto& service : services_) {
      const auto missed = service.unanswered->load();
      if (missed == ActorsOf::stuck_shown) {
        board_.fell(service.name, Health::stuck, now, {}, "does not answer its ping");
        surroundings_.log.line(Level::error, "service_stuck", {{"service", service.name}});
      }
      if (missed >= ActorsOf::stuck_max) return on_death_(service.name, "it does not answer its ping");
      if (*service.unanswered += 1; missed > 0) continue;  // The one before is still on its way.
      caf::anon_send(service.actor, kit::Run{"ping", [pending = service.unanswered, service_name = service.name,
                                                      &board = board_, &clock = surroundings_.clock] {
                                               if (pending->exchange(0) > ActorsOf::stuck_shown)
                                                 board.started(service_name, Lifetime::permanent, clock.now());
                                             }});
    }
    alarm_.set(this, 1s, "ping", [this] { ping(); });
  }

  std::vector<Watched> services_;
  Surroundings surroundings_;
  SupervisionBoard& board_;
  std::function<void(std::string, std::string)> on_death_;
  kit::Alarm alarm_;
};

}  // namespace

void ActorsOf::watch(caf::actor_system& system, Surroundings surroundings,
                     std::function<void(std::string, std::string)> on_death) {
  std::vector<Watched> services;
  const auto add = [&](const char* name, const auto& actor) {
    services.push_back({name, caf::actor_cast<caf::actor>(actor)});
  };
  add("store", store), add("breakers", breakers), add("channels", channels), add("timers", timers);
  add("notices", notices), add("accounts", accounts), add("orders", orders);
  add("links", links), add("alerts", alerts);
  add("alert_rounds", alert_rounds);
  watcher_ = system.spawn<Watcher>(std::move(services), surroundings, board_, std::move(on_death));
}

void ActorsOf::end() {
  // Those who ask first, those who are asked last; the store hears what the others still had to say.
  const auto reason = caf::exit_reason::user_shutdown;
  if (watcher_) caf::anon_send_exit(std::exchange(watcher_, nullptr), reason);
  caf::anon_send_exit(timers, reason);
  caf::anon_send_exit(notices, reason);
  caf::anon_send_exit(orders, reason);
  caf::anon_send_exit(accounts, reason);
  caf::anon_send_exit(channels, reason);
  caf::anon_send_exit(breakers, reason);
  caf::anon_send_exit(links, reason);
  caf::anon_send_exit(alerts, reason);
  caf::anon_send_exit(alert_rounds, reason);
  caf::anon_send_exit(store, reason);
  if (breaker_listener_) caf::anon_send_exit(std::exchange(breaker_listener_, nullptr), reason);
  store = nullptr, breakers = nullptr, channels = nullptr, timers = nullptr;
  notices = nullptr, accounts = nullptr, orders = nullptr, links = nullptr, alerts = nullptr, alert_rounds = nullptr;
}

}  // namespace tael
