#include "runtime/node/actor_gateway.hpp"

#include "actors/kit/manners.hpp"
#include "actors/ports/not_ours.hpp"
#include "runtime/api/shielded.hpp"

#include <algorithm>
#include <map>

namespace tael {

/// The one actor that asks on behalf of all requests. It only forwards; nothing queues in it.
class ActorGateway::Clerk : public caf::event_based_actor {
 public:
  Clerk(caf::actor_config& config, OrdersRef to_orders, ChannelRef to_channels, StoreRef to_store, Surroundings given,
        std::shared_ptr<CallbackWatch> watch)
      : event_based_actor(config),
        orders(std::move(to_orders)),
        channels(std::move(to_channels)),
        store(std::move(to_store)),
        surroundings(given),
        callbacks(std::move(watch)) {}
  caf::behavior make_behavior() override {
    kit::mind_manners(this);
    return {[](const kit::Run& run) { run.what(); }};
  }
  const char* name() const override { return "gateway"; }
  void on_exit() override { orders = nullptr, channels = nullptr, store = nullptr; }

  void hear_callback(const HearCallback& message, const std::function<void(Acknowledgement)>& done);

  OrdersRef orders;
  ChannelRef channels;
  StoreRef store;
  Surroundings surroundings;
  std::shared_ptr<CallbackWatch> callbacks;  ///< May be null.

 private:
  using Acknowledge = std::function<void(Acknowledgement)>;
  void hear_word(const CallbackRead& read, const Acknowledge& acknowledge);
  void log_refused(const CallbackRead& read);
  void tell_not_ours(const CallbackRead& read);
  void hear_unknown(const CallbackRead& read, const Acknowledge& acknowledge);
  void tell_unknown(const CallbackRead& read, const Acknowledge& acknowledge);
  void keep(Commit commit, std::function<void(bool durable)> then);

  Duration refused_logged_at_{-1h};
  std::map<std::string, Duration> not_ours_told_at_;  ///< By channel.
};

namespace {

ChannelWord word_of(const Callback& callback) {
  const auto& answer = callback.answer;
  return {.op = callback.op,
          .number = callback.number,
          .ending = answer.ending,
          .number_unknown = false,
          .unasked = true,
          .code = answer.code,
          .channel_transaction = answer.channel_transaction,
          .amount = answer.amount,
          .voucher = answer.voucher,
          .at = answer.at,
          .about = answer.about};
}

/// Nobody's order: what is kept of it stands on its own.
Commit evidence_of(const Exchange& exchange) {
  Commit commit;
  commit.exchanges.push_back(exchange);
  commit.exchanges.back().shard = 0;
  commit.exchanges.back().order_id.clear();
  return commit;
}

bool has_number(const Order& order, const std::string& number) {
  return std::ranges::find(order.attempts, number, &Attempt::number) != order.attempts.end() ||
         std::ranges::find(order.refunds, number, &Refund::id) != order.refunds.end();
}

void count_not_ours(Meter& meter, std::string_view channel, std::string_view why, double by) {
  meter.count("callbacks_not_ours_total", {{"path", channel}, {"outcome", why}}, by);
}

}  // namespace

void begin_counting_callbacks(Meter& meter, std::string_view channel) {
  for (const auto* why : {"not_followed", "wrong_merchant", "foreign_number", "unknown_number", "other_channel"})
    count_not_ours(meter, channel, why, 0);
}

ActorGateway::ActorGateway(caf::actor_system& system, OrdersRef orders, ChannelRef channels, StoreRef store,
                           Surroundings surroundings, int in_flight_max, std::shared_ptr<CallbackWatch> callbacks)
    : surroundings_(surroundings), in_flight_max_(in_flight_max) {
  clerk_ =
      system.spawn<Clerk>(std::move(orders), std::move(channels), std::move(store), surroundings, std::move(callbacks));
  clerk_body_ = caf::actor_cast<Clerk*>(clerk_);
}

ActorGateway::~ActorGateway() { stop(); }

void ActorGateway::stop() {
  if (!clerk_) return;
  caf::anon_send_exit(clerk_, caf::exit_reason::user_shutdown);
  clerk_ = nullptr;
}

template <class Message>
void ActorGateway::submit(std::string_view name, Message message, OnReply done) {
  if (in_flight_->load() >= in_flight_max_) {
    surroundings_.meter.count("requests_refused_total", {{"outcome", "overloaded"}});
    return done(Refused{Refusal::overloaded, "the node has all the work it can do", surroundings_.clock.now() + 1s});
  }
  in_flight_->fetch_add(1);
  const auto started = surroundings_.clock.now();
  auto finish = [this, name, started, in_flight = in_flight_,
                 done = shielded(surroundings_.log, std::move(done))](const OrderReply& reply) {
    in_flight->fetch_sub(1);
    const auto took = std::chrono::duration<double>(surroundings_.clock.now() - started).count();
    surroundings_.meter.observe("request_seconds", {{"type", name}}, took);
    surroundings_.crash.passed("reply.ready");
    done(reply);
    surroundings_.crash.passed("reply.given");
  };
  kit::post(caf::actor_cast<caf::weak_actor_ptr>(clerk_), name,
            [clerk = clerk_body_, message = std::move(message), finish = std::move(finish)] {
              kit::ask<OrderReply>(
                  clerk, clerk->surroundings.timers, gateway_deadline, clerk->orders, message,
                  [finish](const OrderReply& reply) { finish(reply); },
                  [finish](const caf::error&) {
                    finish(Refused{Refusal::unavailable, "the order's owner did not answer in time", {}});
                  });
            });
}

void ActorGateway::ask(CreateOrder message, OnReply done) { submit("create", std::move(message), std::move(done)); }
void ActorGateway::ask(PayOrder message, OnReply done) { submit("pay", std::move(message), std::move(done)); }
void ActorGateway::ask(ViewOrder message, OnReply done) { submit("view", std::move(message), std::move(done)); }
void ActorGateway::ask(FindOrder message, OnReply done) { submit("find", std::move(message), std::move(done)); }
void ActorGateway::ask(CloseOrder message, OnReply done) { submit("close", std::move(message), std::move(done)); }
void ActorGateway::ask(RefundOrder message, OnReply done) { submit("refund", std::move(message), std::move(done)); }

void ActorGateway::ask(HearCallback message, std::function<void(Acknowledgement)> done) {
  kit::post(caf::actor_cast<caf::weak_actor_ptr>(clerk_), "callback",
            [clerk = clerk_body_, message = std::move(message), done = shielded(surroundings_.log, std::move(done))] {
              clerk->hear_callback(message, done);
            });
}

void ActorGateway::find_key(std::string business, std::string route, std::string key,
                            std::function<void(Read<std::optional<IdempotencyKey>>)> done) {
  surroundings_.store.find_key(std::move(business), std::move(route), std::move(key), std::move(done));
}

void ActorGateway::Clerk::hear_callback(const HearCallback& message,
                                        const std::function<void(Acknowledgement)>& acknowledge) {
  const Acknowledgement not_now{503, "application/json", R"({"code":"AGAIN","message":"not now"})"};
  kit::ask<CallbackRead>(
      this, surroundings.timers, 5s, channels, ReadCallback{message.channel, message.raw},
      [this, acknowledge](const CallbackRead& read) { hear_word(read, acknowledge); },
      [acknowledge, not_now](const caf::error& reason) {
        if (reason == caf::sec::invalid_argument)
          return acknowledge({404, "application/json", R"({"code":"UNKNOWN_CHANNEL","message":"no such channel"})"});
        acknowledge(not_now);
      });
}

void ActorGateway::Clerk::hear_word(const CallbackRead& read, const Acknowledge& acknowledge) {
  const auto order = order_of(read.callback.number);
  const bool names_nothing = read.callback.refusal.empty() && !order;
  if (is_not_ours(read.callback) || names_nothing) {
    tell_not_ours(read);
    return acknowledge(read.taken);
  }
  if (!read.callback.refusal.empty()) {
    log_refused(read);
    return acknowledge(read.refused);
  }
  auto exchange = read.callback.exchange;
  exchange.order_id = *order;
  exchange.shard = shard_of(*order).value_or(0);
  surroundings.crash.passed("callback.verified");
  surroundings.meter.count("callbacks_heard_total", {{"path", exchange.channel}});
  if (callbacks) callbacks->heard(exchange.channel);
  kit::ask<WordHeard>(
      this, surroundings.timers, gateway_deadline, orders,
      HearWord{*order, word_of(read.callback), std::move(exchange), "callback/" + read.callback.exchange.channel},
      [this, read, acknowledge](const WordHeard& heard) {
        surroundings.crash.passed("callback.heard");
        if (heard.number_unknown) return hear_unknown(read, acknowledge);
        acknowledge(heard.reception == Reception::taken     ? read.taken
                    : heard.reception == Reception::refused ? read.refused
                                                            : read.again);
        surroundings.crash.passed("callback.acknowledged");
      },
      [read, acknowledge](const caf::error&) { acknowledge(read.again); });
}

/// A refused callback is evidence: it is counted always, and kept once a second at most, or a forger could fill the
/// disk.
void ActorGateway::Clerk::log_refused(const CallbackRead& read) {
  const auto& exchange = read.callback.exchange;
  surroundings.meter.count("callbacks_refused_total", {{"path", exchange.channel}, {"outcome", read.callback.refusal}});
  const auto now = surroundings.clock.now().time_since_epoch();
  if (now - refused_logged_at_ < 1s) return;
  refused_logged_at_ = now;
  surroundings.log.line(Level::warning, "callback_refused",
                        {{"path", exchange.channel}, {"outcome", read.callback.refusal}});
  keep(evidence_of(exchange), [](bool) {});
}

/// Somebody else shares the account, or its events. It is taken, or the channel would repeat it for days and might then
/// tell us nothing any more. Counted always; kept and told of once a second at most.
void ActorGateway::Clerk::tell_not_ours(const CallbackRead& read) {
  const auto& exchange = read.callback.exchange;
  const auto why = read.callback.refusal.empty() ? std::string{"foreign_number"} : read.callback.refusal;
  count_not_ours(surroundings.meter, exchange.channel, why, 1);
  if (why == "not_followed") return;  // A kind of event that nobody here asked about.
  const auto at = surroundings.clock.now().time_since_epoch();
  auto& told_at = not_ours_told_at_.try_emplace(exchange.channel, at - 1h).first->second;
  if (at - told_at < 1s) return;
  told_at = at;
  surroundings.log.line(Level::warning, "callback_not_ours",
                        {{"path", exchange.channel}, {"outcome", why}, {"number", exchange.number}});
  auto commit = evidence_of(exchange);
  const auto what = why == "wrong_merchant" ? std::string{"another merchant or application"}
                                            : "'" + exchange.number + "', which is no number of ours";
  commit.alerts.push_back({.shard = 0,
                           .kind = "callback_not_ours",
                           .ref = exchange.channel,
                           .severity = Severity::warning,
                           .message = exchange.channel + " tells us, well signed, about " + what +
                                      "; it was acknowledged and forgotten. Does another system share the account or "
                                      "the callback address?",
                           .context = {},
                           .at = surroundings.clock.now(),
                           .channel = exchange.channel});
  keep(std::move(commit), [](bool) {});
}

/// What an order has in memory may be older than what another owner wrote: only the store can say that there is no such
/// number. It can: an order's row is written before a call leaves.
void ActorGateway::Clerk::hear_unknown(const CallbackRead& read, const Acknowledge& acknowledge) {
  const auto& number = read.callback.number;
  surroundings.store.load_order(
      order_of(number).value_or(""),
      kit::inside<Read<std::optional<OrderRecord>>>(
          this, "number looked for", [this, read, acknowledge](const Read<std::optional<OrderRecord>>& found) {
            const bool is_known = found.ok() && found.value && has_number(found.value->order, read.callback.number);
            if (!found.ok() || is_known) return acknowledge(read.again);
            tell_unknown(read, acknowledge);
          }));
}

/// An authentic word about a number of our form that the store certainly does not have: another house of ours with the
/// same account, or money that a restored backup does not know of. Evidence first, then the acknowledgement.
void ActorGateway::Clerk::tell_unknown(const CallbackRead& read, const Acknowledge& acknowledge) {
  const auto& exchange = read.callback.exchange;
  count_not_ours(surroundings.meter, exchange.channel, "unknown_number", 1);
  surroundings.log.line(Level::error, "unknown_number",
                        {{"channel", exchange.channel}, {"number", read.callback.number}});
  auto commit = evidence_of(exchange);
  commit.alerts.push_back({.shard = 0,
                           .kind = "unknown_number",
                           .ref = exchange.channel,
                           .severity = Severity::critical,
                           .message = exchange.channel + " tells of " + read.callback.number +
                                      ", which no order of ours has; it was acknowledged. Look at the channel's books: "
                                      "was a backup restored, or does another installation use the account?",
                           .context = {},
                           .at = surroundings.clock.now(),
                           .channel = exchange.channel});
  keep(std::move(commit), [read, acknowledge](bool durable) { acknowledge(durable ? read.taken : read.again); });
}

void ActorGateway::Clerk::keep(Commit commit, std::function<void(bool durable)> then) {
  kit::ask<Remembered>(
      this, surroundings.timers, store_deadline, store, Remember{std::move(commit)},
      [then](const Remembered& remembered) { then(remembered.result.outcome == CommitOutcome::committed); },
      [then](const caf::error&) { then(false); });
}

}  // namespace tael
