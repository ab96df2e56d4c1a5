// A service that may die: keeps its address for everybody who has it, and starts it again from the store. What it is
// told while it is down is dropped, what it is asked is refused: `Begin` makes it read what it missed.
#pragma once

#include "actors/domain/ids.hpp"
#include "actors/domain/quarantined.hpp"
#include "actors/domain/restart_budget.hpp"
#include "actors/kit/manners.hpp"
#include "actors/peers.hpp"
#include "actors/supervision_board.hpp"

#include <functional>
#include <string>
#include <utility>

namespace tael {

/// A run with this reason is meant for the service itself, not for its keeper.
inline constexpr std::string_view ping_why = "ping";

/// Three in ten minutes (reliability 6.4).
inline const RestartPolicy service_restart{
    .restarts_max = 3, .within = 600s, .backoff_min = 200ms, .backoff_max = 30s, .parked_for = 300s};

/// When a service keeps crashing.
enum class OutOfBudget {
  ends_node,  ///< Payments need it: its keeper ends, and with it the node.
  parks,      ///< Payments do without it: a person is told, and it is tried again after 5 min, 10, 20, up to an hour.
};

struct KeptSettings {
  std::string name;  ///< On the board.
  OutOfBudget out_of_budget = OutOfBudget::ends_node;
};

template <class Ref>
class KeptService;

/// Its address: what it says is decided by the service. `make` starts one.
template <class... Heard, class... Said>
class KeptService<caf::typed_actor<caf::typed_mpi<caf::detail::type_list<Heard>, caf::output_tuple<Said>>...>>
    : public caf::typed_actor<caf::typed_mpi<caf::detail::type_list<Heard>, caf::output_tuple<Said>>...>::base {
 public:
  using Ref = caf::typed_actor<caf::typed_mpi<caf::detail::type_list<Heard>, caf::output_tuple<Said>>...>;
  using Base = typename Ref::base;
  using Make = std::function<Ref(caf::actor_system&)>;

  KeptService(caf::actor_config& config, KeptSettings settings, Make make, Surroundings surroundings,
              std::shared_ptr<const Peers> peers, SupervisionBoard& board)
      : Base(config),
        settings_(std::move(settings)),
        make_(std::move(make)),
        surroundings_(surroundings),
        peers_(std::move(peers)),
        board_(board),
        start_(surroundings.timers) {}
  const char* name() const override { return "kept_service"; }

  typename Base::behavior_type make_behavior() override {
    kit::mind_manners(this);
    this->set_down_handler([this](const caf::down_msg& down) { hear_down(down); });
    start();
    return {[this](const Heard& message) { return hear<Heard, Said>(message); }...};
  }
  void on_exit() override {
    if (service_) this->send_exit(service_, caf::exit_reason::user_shutdown);
    service_ = nullptr;
    start_.clear();
  }

 private:
  template <class Message, class Answer>
  auto hear(const Message& message) {
    if constexpr (std::is_same_v<Message, kit::Run>) {
      if (message.why != ping_why || !service_) return message.what();
      ping_ = message;
    }
    if constexpr (std::is_same_v<Message, Begin>) has_begun_ = true;
    if constexpr (std::is_void_v<Answer>) {
      if (service_) this->send(service_, message);
    } else {
      if (!service_) return caf::result<Answer>{caf::make_error(caf::sec::request_receiver_down)};
      return caf::result<Answer>{this->delegate(service_, message)};
    }
  }

  void start() {
    const auto now = surroundings_.clock.now();
    on_start(budget_, now);
    service_ = make_(this->system());
    this->monitor(service_);
    board_.started(settings_.name, Lifetime::permanent, now);
    if constexpr ((std::is_same_v<Heard, Begin> || ...)) {
      if (has_begun_) this->send(service_, Begin{});
    }
    if (!std::exchange(is_parked_, false)) return;
    Commit commit;
    commit.shard = shard_for("service", settings_.name);
    commit.alerts_resolved.push_back({commit.shard, "service_parked", settings_.name, "It was started again.", now});
    tell(std::move(commit));
  }

  void hear_down(const caf::down_msg& down) {
    if (!service_ || service_.address() != down.source) return;
    service_ = nullptr;
    if (ping_.what) std::exchange(ping_, {}).what();  // It may have died with it, and is not sent twice.
    const auto now = surroundings_.clock.now();
    const auto reason = plain_words(this->system().render(down.reason));
    const auto decision = on_crash(budget_, service_restart, now, surroundings_.dice.roll());
    surroundings_.log.line(Level::error, "service_crashed",
                           {{"service", settings_.name},
                            {"reason", reason},
                            {"parked", decision.park},
                            {"wait_ms", decision.wait.count()}});
    if (decision.park && settings_.out_of_budget == OutOfBudget::ends_node) {
      board_.fell(settings_.name, Health::down, now, {}, reason);
      return this->quit(caf::make_error(caf::sec::runtime_error, "it keeps crashing: " + reason));
    }
    board_.fell(settings_.name, decision.park ? Health::parked : Health::restarting, now, now + decision.wait, reason);
    if (decision.park) park(reason, now);
    start_.set(this, decision.wait, "start service", [this] { start(); });
  }

  void park(const std::string& reason, TimePoint now) {
    is_parked_ = true;
    Commit commit;
    commit.shard = shard_for("service", settings_.name);
    Alert& alert = commit.alerts.emplace_back();
    alert.shard = commit.shard;
    alert.kind = "service_parked";
    alert.ref = settings_.name;
    alert.severity = Severity::critical;
    alert.message = "The node's own service '" + settings_.name + "' keeps crashing (" + reason +
                    ") and rests. Payments go on without it.";
    alert.at = now;
    tell(std::move(commit));
  }

  /// An alert that finds no store is not raised: the log and the board have it as well.
  void tell(Commit commit) {
    kit::ask<Remembered>(
        this, surroundings_.timers, store_deadline, peers_->store, Remember{std::move(commit)},
        [](const Remembered&) {}, [](const caf::error&) {});
  }

  KeptSettings settings_;
  Make make_;
  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  SupervisionBoard& board_;
  RestartBudget budget_;
  Ref service_;    ///< Null while it is down.
  kit::Run ping_;  ///< The last one handed on.
  bool has_begun_ = false, is_parked_ = false;
  kit::Alarm start_;
};

}  // namespace tael
