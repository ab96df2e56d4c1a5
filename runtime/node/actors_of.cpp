#include "runtime/node/actors_of.hpp"

#include "actors/kept_service.hpp"

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
  const auto keep = [&]<class Ref>(Ref& ref, const char* name, OutOfBudget then, auto make) {
    ref = system.spawn<KeptService<Ref>>(KeptSettings{name, then}, std::move(make), surroundings, peers_, board_);
  };
  keep(alert_rounds, "alert_rounds", OutOfBudget::parks,
       [surroundings, peers = peers_,
        rounds = AlertRoundsSettings{std::move(settings.alert_rounds), settings.alerts.policy.override_told_after}](
           caf::actor_system& in) { return in.spawn<AlertRoundsActor>(surroundings, peers, rounds); });
  listeners.push_back(alert_rounds);
  breakers = system.spawn<BreakersActor>(settings.paths,
                                         BreakersPeers{{store, listeners, surroundings.timers, surroundings.clock,
                                                        surroundings.dice, surroundings.crash, surroundings.meter},
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
  keep(timers, "timers", OutOfBudget::ends_node,
       [surroundings, peers = peers_](caf::actor_system& in) { return in.spawn<TimersActor>(surroundings, peers); });
  keep(notices, "notices", OutOfBudget::ends_node,
       [surroundings, peers = peers_, policies = settings.notices](caf::actor_system& in) {
         return in.spawn<NoticesActor>(surroundings, peers, policies);
       });
  accounts = system.spawn<AccountsActor>(surroundings, peers_);
  orders = system.spawn<OrdersActor>(surroundings, peers_, settings.orders);
  keep(links, "links", OutOfBudget::parks,
       [surroundings, peers = peers_, policy = settings.links](caf::actor_system& in) {
         return in.spawn<LinkMonitorActor>(surroundings, peers, policy);
       });
  keep(alerts, "alerts", OutOfBudget::parks,
       [surroundings, peers = peers_, how = settings.alerts](caf::actor_system& in) {
         return in.spawn<AlertsActor>(surroundings, peers, how);
       });
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

void ActorsOf::watch(caf::actor_system& system, Surroundings surroundings, Watch watch, WatcherThread thread) {
  auto services = std::exchange(minded_, {});
  const auto add = [&](const char* name, const auto& actor, bool is_kept) {
    services.push_back({name, caf::actor_cast<caf::actor>(actor), is_kept});
  };
  add("store", store, false), add("breakers", breakers, false), add("channels", channels, false);
  add("accounts", accounts, false), add("orders", orders, false);
  add("timers", timers, true), add("notices", notices, true), add("links", links, true);
  add("alerts", alerts, true), add("alert_rounds", alert_rounds, true);
  watcher_ = thread == WatcherThread::its_own
                 ? system.spawn<Watcher, caf::detached>(std::move(services), surroundings, board_, std::move(watch))
                 : system.spawn<Watcher>(std::move(services), surroundings, board_, std::move(watch));
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
  minded_.clear();
  notices = nullptr, accounts = nullptr, orders = nullptr, links = nullptr, alerts = nullptr, alert_rounds = nullptr;
}

}  // namespace tael
