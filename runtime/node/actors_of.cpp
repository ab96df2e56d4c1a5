#include "runtime/node/actors_of.hpp"

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
  breakers = system.spawn<BreakersActor>(
      settings.paths,
      BreakersPeers{{store, listeners, surroundings.timers, surroundings.clock, surroundings.dice, surroundings.crash},
                    surroundings.store,
                    surroundings.log},
      settings.ejection);
  channels = system.spawn<ChannelsActor>(
      settings.channels,
      SupervisorPeers{breakers, store, surroundings.timers, surroundings.clock, surroundings.dice, surroundings.log});
  timers = system.spawn<TimersActor>(surroundings, peers_);
  notices = system.spawn<NoticesActor>(surroundings, peers_, settings.notices);
  accounts = system.spawn<AccountsActor>(surroundings, peers_);
  orders = system.spawn<OrdersActor>(surroundings, peers_, settings.orders);
  *peers_ = Peers{store, breakers, channels, timers, notices, accounts, orders};
}

void ActorsOf::begin() {
  caf::anon_send(accounts, Begin{});
  caf::anon_send(notices, Begin{});
  caf::anon_send(orders, Begin{});
  caf::anon_send(timers, Begin{});
}

void ActorsOf::watch(caf::actor_system& system, std::function<void(std::string, std::string)> on_death) {
  const std::map<caf::actor_addr, std::string> names{{store.address(), "store"},       {breakers.address(), "breakers"},
                                                     {channels.address(), "channels"}, {timers.address(), "timers"},
                                                     {notices.address(), "notices"},   {accounts.address(), "accounts"},
                                                     {orders.address(), "orders"}};
  watcher_ = system.spawn([names, on_death = std::move(on_death)](caf::event_based_actor* self) -> caf::behavior {
    kit::mind_manners(self);
    self->set_down_handler([self, names, on_death](const caf::down_msg& end) {
      if (end.reason == caf::exit_reason::user_shutdown) return;
      on_death(names.at(end.source), self->system().render(end.reason));
    });
    for (const auto& [address, name] : names) self->monitor(address);
    return {[](const kit::Run& run) { run.what(); }};
  });
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
  caf::anon_send_exit(store, reason);
  if (breaker_listener_) caf::anon_send_exit(std::exchange(breaker_listener_, nullptr), reason);
  store = nullptr, breakers = nullptr, channels = nullptr, timers = nullptr;
  notices = nullptr, accounts = nullptr, orders = nullptr;
}

}  // namespace tael
