// The API's gateway over the actors: admission first, then a question to the owner with a deadline of ours.
#pragma once

#include "actors/channels_actor.hpp"
#include "actors/orders_actor.hpp"
#include "runtime/api/gateway.hpp"
#include "runtime/watch/callback_watch.hpp"

#include <atomic>
#include <memory>

namespace tael {

/// Deadlines shrink on the way down: the API's server waits longer than this, orders and channels less.
inline constexpr Duration gateway_deadline = 25s;

/// Shows the counters of a channel's callbacks that are no news of ours from the start, at nought.
void begin_counting_callbacks(Meter& meter, std::string_view channel);

class ActorGateway final : public Gateway {
 public:
  /// `in_flight_max`: questions under way at a time; more are refused as overloaded. `callbacks` may be null.
  ActorGateway(caf::actor_system& system, OrdersRef orders, ChannelRef channels, StoreRef store,
               Surroundings surroundings, int in_flight_max, std::shared_ptr<CallbackWatch> callbacks = {});
  ~ActorGateway() override;

  void ask(CreateOrder message, OnReply done) override;
  void ask(PayOrder message, OnReply done) override;
  void ask(ViewOrder message, OnReply done) override;
  void ask(FindOrder message, OnReply done) override;
  void ask(CloseOrder message, OnReply done) override;
  void ask(RefundOrder message, OnReply done) override;
  void ask(HearCallback message, std::function<void(Acknowledgement)> done) override;
  void find_key(std::string business, std::string route, std::string key,
                std::function<void(Read<std::optional<IdempotencyKey>>)> done) override;

  /// The one actor that asks for all requests: nothing is answered any more when it has ended.
  const caf::actor& clerk() const { return clerk_; }
  /// Ends its actor. Questions still under way are not answered any more.
  void stop();

 private:
  class Clerk;
  template <class Message>
  void submit(std::string_view name, Message message, OnReply done);

  Surroundings surroundings_;
  int in_flight_max_;
  std::shared_ptr<std::atomic<int>> in_flight_ = std::make_shared<std::atomic<int>>(0);
  caf::actor clerk_;
  Clerk* clerk_body_ = nullptr;  ///< Touched only inside the clerk's own runs.
};

}  // namespace tael
