#include "runtime/node/watcher.hpp"

#include "actors/kept_service.hpp"

#include <algorithm>

namespace tael {

Watcher::Watcher(caf::actor_config& config, std::vector<Watched> services, Surroundings surroundings,
                 SupervisionBoard& board, Watch watch)
    : event_based_actor(config),
      services_(std::move(services)),
      surroundings_(surroundings),
      board_(board),
      watch_(std::move(watch)),
      alarm_(surroundings.timers) {}

caf::behavior Watcher::make_behavior() {
  kit::mind_manners(this);
  set_down_handler([this](const caf::down_msg& end) { hear_down(end); });
  for (const auto& service : services_) {
    monitor(service.actor);
    if (!service.is_kept) board_.started(service.name, Lifetime::permanent, surroundings_.clock.now());
  }
  ping();
  return {[](const kit::Run& run) { run.what(); }};
}

void Watcher::hear_down(const caf::down_msg& end) {
  if (end.reason == caf::exit_reason::user_shutdown) return;
  for (const auto& service : services_)
    if (service.actor.address() == end.source) return watch_.on_death(service.name, system().render(end.reason));
}

void Watcher::ping() {
  const auto now = surroundings_.clock.now();
  const auto is_stuck = [](const Watched& service) { return service.unanswered->load() >= stuck_shown; };
  if (std::ranges::none_of(services_, is_stuck)) stuck_told_ = false;
  for (const auto& service : services_) {
    const auto missed = service.unanswered->load();
    if (missed == stuck_shown) {
      board_.fell(service.name, Health::stuck, now, {}, "does not answer its ping");
      surroundings_.log.line(Level::error, "service_stuck", {{"service", service.name}});
      if (!std::exchange(stuck_told_, true) && watch_.on_stuck) watch_.on_stuck(service.name);
    }
    if (missed >= stuck_max) return watch_.on_death(service.name, "it does not answer its ping");
    if (*service.unanswered += 1; missed > 0) continue;  // The one before is still on its way.
    caf::anon_send(service.actor, kit::Run{ping_why, [pending = service.unanswered, name = service.name,
                                                      &board = board_, &clock = surroundings_.clock] {
                                             if (pending->exchange(0) > stuck_shown) board.answers(name, clock.now());
                                           }});
  }
  alarm_.set(this, 1s, "ping", [this] { ping(); });
}

}  // namespace tael
