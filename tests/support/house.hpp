// A whole node's actors over the twin store, a scripted institution and a scripted business, in virtual time.
#pragma once

#include "actors/kept_service.hpp"
#include "adapters/simulated/simulated_store.hpp"
#include "runtime/node/actors_of.hpp"
#include "tests/support/orders.hpp"
#include "tests/support/world.hpp"

#include <deque>
#include <functional>
#include <map>
#include <set>

namespace tael::testing {

class QuietLog final : public Log {
 public:
  void line(Level, std::string_view event, const Fields& f) override {
    std::string s{event};
    for (auto& x : f)
      if (auto* t = std::get_if<std::string>(&x.value)) s += " " + x.name + "=" + *t;
    events.push_back(s);
  }
  std::vector<std::string> events;
};

/// Runs `die` the first time the point called `at` is passed.
class ArmedCrash final : public CrashPoints {
 public:
  void passed(std::string_view name) override {
    reached.emplace_back(name);
    if (name == at && die) std::exchange(die, nullptr)();
  }
  std::string at;
  std::function<void()> die;
  std::vector<std::string> reached;
};

class PlainRenderer final : public Renderer {
 public:
  StoredAnswer answer(const std::string& route, const OrderView& view) const override {
    return {200, route + " " + view.order.order_no + " " + view.number};
  }
  std::string notice(const std::string& type, const OrderView& view, TimePoint) const override {
    return type + " " + view.order.order_no;
  }
};

/// What the institution does, by operation; each request is kept.
struct Institution {
  std::function<ChannelAnswer(const ChannelRequest&)> on(ChannelOp op) {
    return answers.contains(op) ? answers.at(op) : [](const ChannelRequest&) { return ChannelAnswer{}; };
  }
  std::map<ChannelOp, std::function<ChannelAnswer(const ChannelRequest&)>> answers;
  std::vector<ChannelRequest> heard;
  bool answers_held = false;  ///< What it has to say waits in `held`.
  std::deque<std::function<void()>> held;
  bool callbacks_kill = false;  ///< Its adapter dies of every callback.
  Callback tells{};             ///< What its adapter makes of every callback.
};

inline ChannelAnswer says(Ending ending, std::int64_t amount = 0) {
  ChannelAnswer answer;
  answer.ending = ending;
  answer.authentic = ending != Ending::silent;
  answer.transport = ending == Ending::silent ? Transport::unknown : Transport::answered;
  if (amount > 0) answer.amount = Money{amount, cny};
  answer.exchange.channel = "aurora";
  answer.exchange.direction = "out";
  return answer;
}

class ScriptedChannel final : public Channel {
 public:
  explicit ScriptedChannel(Institution& institution) : institution_(institution) {}
  void call(const ChannelRequest& request, Duration, std::function<void(ChannelAnswer)> done) override {
    institution_.heard.push_back(request);
    auto answer = institution_.on(request.op)(request);
    const bool moved_money = answer.amount && answer.amount->amount > 0;
    if (moved_money && answer.channel_transaction.empty()) answer.channel_transaction = "T-" + request.number;
    if (!institution_.answers_held) return done(std::move(answer));
    institution_.held.push_back([done = std::move(done), answer = std::move(answer)] { done(answer); });
  }
  Callback hear(const RawCallback&) override {
    if (institution_.callbacks_kill) throw std::runtime_error("off by one");
    return institution_.tells;
  }
  Acknowledgement acknowledge(Reception reception) const override {
    Acknowledgement given;
    given.status = reception == Reception::taken ? 200 : reception == Reception::refused ? 401 : 503;
    return given;
  }

 private:
  Institution& institution_;
};

class ScriptedBusiness final : public NoticeSender {
 public:
  void send(const Notice& notice, Duration, TimePoint, std::function<void(NoticeTry)> done) override {
    heard.push_back(notice);
    const auto outcome = refuses > 0 && refuses-- > 0
                             ? NoticeTry{.status = 500, .error = "HTTP 500", .retry_after = {}}
                             : NoticeTry{.acknowledged = true, .status = 200, .error = {}, .retry_after = {}};
    if (!answers_held) return done(outcome);
    held.push_back([done = std::move(done), outcome] { done(outcome); });
  }
  std::vector<Notice> heard;
  int refuses = 0;
  bool answers_held = false;  ///< What it has to say waits in `held`.
  std::deque<std::function<void()>> held;
};

inline std::string id_of(const OrderReply& reply) { return std::get<OrderView>(reply).order.id; }

/// What a service dies of, once: its keeper survives it.
inline kit::Run deadly_ping() {
  return {ping_why, [has_killed = std::make_shared<bool>(false)] {
            if (!std::exchange(*has_killed, true)) throw std::runtime_error("off by one");
          }};
}

/// The world's clock as the machine's shows it: somebody may have set it.
class WallOf final : public Clock {
 public:
  explicit WallOf(const Clock& world) : world_(world) {}
  TimePoint now() const override { return world_.now() + off; }
  Duration off{0};

 private:
  const Clock& world_;
};

class House {
 public:
  explicit House(std::uint64_t seed = 1) : world(seed) {
    institution.answers[ChannelOp::pay] = [](const ChannelRequest&) {
      auto answer = says(Ending::pending);
      answer.voucher = Voucher{"qr", "qr-text"};
      return answer;
    };
    institution.answers[ChannelOp::inquire] = [](const ChannelRequest&) { return says(Ending::pending); };
    institution.answers[ChannelOp::close] = [](const ChannelRequest&) { return says(Ending::approved); };
    institution.answers[ChannelOp::refund] = [](const ChannelRequest& r) {
      return says(Ending::approved, r.amount.amount);
    };
    open();
  }
  ~House() { kill(); }

  /// `kill -9` and a new process on the same disk.
  void restart(const std::function<void(simulated::SimulatedStore&)>& prepare = {}) {
    kill();
    open(prepare);
  }

  OrderReply create(std::int64_t amount = 2500, const std::string& order_no = "o-1",
                    const std::string& hash = "hash-1") {
    auto ask = CreateOrder{claim(), draft(amount)};
    ask.draft.order_no = order_no;
    ask.draft.body_hash = hash;
    ask.draft.expires_at = world.now() + 30min;
    return reply(std::move(ask));
  }
  OrderReply pay(const std::string& id, const std::string& path = "aurora/qr/cmb") {
    return reply(PayOrder{claim(), id, path});
  }
  OrderReply close(const std::string& id) { return reply(CloseOrder{claim(), id}); }
  OrderReply refund(const std::string& id, const std::string& no, std::int64_t amount) {
    return reply(RefundOrder{claim(), id, no, amount, cny, "returned"});
  }
  Order order(const std::string& id) { return std::get<OrderView>(reply(ViewOrder{"bakery", id})).order; }
  /// A callback of the channel that the number went through, or of `channel`.
  Reception hear(const ChannelWord& news, const std::string& channel = {}) {
    Exchange exchange;
    exchange.number = news.number;
    exchange.direction = "in";
    exchange.channel = channel.empty() ? channel_through_which_went(news.number) : channel;
    const auto heard =
        world.ask<WordHeard>(actors->orders, HearWord{*order_of(news.number), news, exchange, "callback/test"});
    return heard ? heard->reception : Reception::again;
  }
  std::string channel_through_which_went(const std::string& number) const {
    const auto found = disk.orders.find(*order_of(number));
    if (found == disk.orders.end()) return {};
    for (const auto& attempt : found->second.attempts)
      if (attempt.number == number) return channel_of(attempt.path);
    for (const auto& refund : found->second.refunds)
      if (refund.id == number) return channel_of(refund.path);
    return {};
  }
  template <class Message>
  OrderReply reply(Message message) {
    const auto answer = world.ask<OrderReply>(actors->orders, std::move(message));
    return answer ? *answer : OrderReply{Refused{Refusal::unavailable, "no reply", {}}};
  }
  Claim claim() const { return {"bakery", "test", key, key.empty() ? "" : "hash", "request"}; }

  World world;
  WallOf wall{world};
  simulated::SimulatedDisk disk;
  std::unique_ptr<simulated::SimulatedStore> store;
  Institution institution;
  ScriptedBusiness business;
  QuietLog log;
  NoMeter meter;
  PlainRenderer renderer;
  ArmedCrash crash;
  bool store_held = false;  ///< The store works on nothing until `release_store`.
  std::deque<std::function<void()>> held;
  void release_store() {
    store_held = false;
    for (; !held.empty(); world.settle()) {
      const auto work = std::move(held.front());
      held.pop_front();
      work();
    }
  }
  std::string key;                ///< Idempotency-Key of what is asked next.
  std::set<std::string> retired;  ///< Paths that the configuration lacks from the next start on.
  AlertsSettings alerts;          ///< From the next start on.
  std::vector<AlertRound> alert_rounds;
  std::unique_ptr<ActorsOf> actors;

 private:
  void open(const std::function<void(simulated::SimulatedStore&)>& prepare = {}) {
    store = std::make_unique<simulated::SimulatedStore>(disk, [this](std::function<void()> work) {
      if (!store_held) return work();
      held.push_back(std::move(work));
    });
    if (prepare) prepare(*store);
    ActorsSettings settings;
    settings.alerts = alerts;
    settings.alert_rounds = alert_rounds;
    settings.orders = std::make_shared<OrderPolicies>(policies());
    settings.notices = std::make_shared<std::map<std::string, NoticePolicy>>();
    for (const auto& [code, policy] : settings.orders->channels) {
      settings.channels.push_back({policy, [this] { return std::make_unique<ScriptedChannel>(institution); }});
      for (const auto* rest : {"/qr/cmb", "/qr/icbc"})
        if (!retired.contains(code + rest)) settings.paths.push_back({code + rest, code, policy.breaker, false});
    }
    actors = std::make_unique<ActorsOf>(
        world.system(), settings,
        Surroundings{wall, world.dice, world.timers, *store, renderer, business, log, meter, crash, *store});
    actors->begin();
    world.settle();
  }
  void kill() {
    if (!actors) return;
    store->crash();
    actors->end();
    world.settle();
    actors->forget();
    actors.reset();
  }
};

}  // namespace tael::testing
