#include "runtime/bench/recorded.hpp"

#include "adapters/simulated/institution_http_client.hpp"
#include "runtime/api/order_json.hpp"
#include "runtime/api/order_requests.hpp"
#include "runtime/node/actor_gateway.hpp"
#include "runtime/node/actors_of.hpp"
#include "runtime/node/channel_adapters.hpp"
#include "runtime/node/settings.hpp"
#include "runtime/wall/process_crash_points.hpp"
#include "runtime/wall/system_dice.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>

namespace tael::bench {
namespace {

constexpr std::chrono::seconds step_within{30};

/// Has nothing, forgets nothing that it is told.
class RecordingStore final : public Store {
 public:
  void write(std::vector<Commit> batch, std::function<void(std::vector<CommitResult>)> done) override {
    std::vector<CommitResult> results(batch.size(), {CommitOutcome::committed, "", ""});
    {
      const std::lock_guard lock{mutex_};
      for (auto& commit : batch)
        if (is_of_a_payment(commit)) commits_.push_back(std::move(commit));
    }
    changed_.notify_one();
    done(std::move(results));
  }
  void load_order(std::string, std::function<void(Read<std::optional<OrderRecord>>)> done) override { done({}); }
  void find_order(std::string, std::string, std::function<void(Read<std::optional<std::string>>)> done) override {
    done({});
  }
  void find_key(std::string, std::string, std::string,
                std::function<void(Read<std::optional<IdempotencyKey>>)> done) override {
    done({});
  }
  void load_timers(std::function<void(Read<std::vector<Timer>>)> done) override { done({}); }
  void load_interrupted(std::function<void(Read<std::vector<std::string>>)> done) override { done({}); }
  void load_notices(std::function<void(Read<std::vector<Notice>>)> done) override { done({}); }
  void load_parked_notices(std::string, std::function<void(Read<std::vector<Notice>>)> done) override { done({}); }
  void load_account(std::string, std::function<void(Read<std::optional<AccountRow>>)> done) override { done({}); }
  void load_postings(std::function<void(Read<std::vector<PostingOnItsWay>>)> done) override { done({}); }
  void load_breakers(std::function<void(Read<std::vector<BreakerRow>>)> done) override { done({}); }

  /// Waits until the notice is delivered and the account has its posting: the end of a payment. Takes the notes.
  std::vector<Commit> take_payment() {
    std::unique_lock lock{mutex_};
    const auto is_whole = [&] {
      return std::ranges::any_of(commits_, [](const Commit& c) { return c.account.has_value(); }) &&
             std::ranges::any_of(commits_, [](const Commit& c) {
               return std::ranges::any_of(c.notices,
                                          [](const auto& n) { return n.row.state == NoticeState::delivered; });
             });
    };
    if (!changed_.wait_for(lock, step_within, is_whole)) throw std::runtime_error("a recorded payment did not end");
    // Notice and account do not wait for each other, so either may come first; replays need one order for all payments.
    std::ranges::stable_partition(commits_, [](const Commit& c) { return !c.account; });
    return std::exchange(commits_, {});
  }

 private:
  /// What a node does beside payments, as alerts of its own, comes when it comes.
  static bool is_of_a_payment(const Commit& commit) {
    return commit.order || commit.account || !commit.notices.empty();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Commit> commits_;
};

class WillingBusiness final : public NoticeSender {
 public:
  void send(const Notice&, Duration, TimePoint, std::function<void(NoticeTry)> done) override {
    done({.acknowledged = true, .gone = false, .status = 204, .error = {}, .retry_after = {}});
  }
};

class NoLog final : public Log {
 public:
  void line(Level, std::string_view, const Fields&) override {}
};

InstitutionOptions institution_of(const config::ChannelConfig& channel) {
  InstitutionOptions options;
  options.channel = channel.policy.channel;
  options.merchant = channel.merchant;
  options.merchant_keys = {{"1", channel.key.reveal()}};
  options.keys = {{"1", channel.channel_key.reveal()}};
  options.magic_amounts = false;
  options.delays.pay_after = options.delays.callback_after = Duration{0};
  return options;
}

/// A node without sockets and without a database.
class Studio {
 public:
  explicit Studio(config::Config given)
      : config_(std::move(given)),
        institution_(institution_of(config_.channels.at("house")), dice_),
        channel_client_(institution_, clock_),
        system_(settings_),
        find_business_(find_business_of(config_)) {
    const MakeAdapter make = [this](const config::ChannelConfig& channel) {
      return make_channel_adapter(channel, "http://127.0.0.1:8080", {channel_client_, clock_, dice_});
    };
    const Surroundings surroundings{clock_, dice_, timers_, store_, renderer_, business_, log_, meter_, crash_, lease_};
    actors_ = std::make_unique<ActorsOf>(system_, actors_settings_of(config_, make), surroundings);
    gateway_ =
        std::make_unique<ActorGateway>(system_, actors_->orders, actors_->channels, actors_->store, surroundings, 1000);
    actors_->begin();
  }
  ~Studio() {
    gateway_->stop();
    actors_->end();
    system_.registry().await_running_count_equal(0);
    actors_->forget();
  }

  RecordedPayment record(int no) {
    RecordedPayment payment;
    payment.shop = no % shops;
    const auto shop = shop_of(payment.shop);
    const auto body = R"({"order_no":"r)" + std::to_string(no) + R"(","type":"instant","scene":"bench","amount":)" +
                      std::to_string(order_amount) +
                      R"(,"currency":"CNY","subject":"Loaf of bread","expires_in":1800,)"
                      R"("notify_url":"http://127.0.0.1:9000/shop"})";
    const auto draft = read_create(body, *find_business_(shop.code), clock_.now());
    const auto made = view_of(ask(CreateOrder{{shop.code, "create", "", "", "req"}, std::get<Order>(draft)}));
    view_of(ask(PayOrder{{shop.code, "pay", "", "", "req"}, made.order.id, payment_path}));
    for (auto callbacks = institution_.tick(clock_.now()); !callbacks.empty();
         callbacks = institution_.tick(clock_.now()))
      for (auto& callback : callbacks) hear(callback);
    payment.commits = store_.take_payment();
    return payment;
  }

 private:
  template <class Message>
  OrderReply ask(Message message) {
    std::promise<OrderReply> answered;
    gateway_->ask(std::move(message), [&](OrderReply reply) { answered.set_value(std::move(reply)); });
    return answered.get_future().get();
  }

  static OrderView view_of(const OrderReply& reply) {
    if (const auto* view = std::get_if<OrderView>(&reply)) return *view;
    throw std::runtime_error("a recorded payment was refused");
  }

  void hear(InstitutionCallback& callback) {
    RawCallback raw{"/channels/house/callback", {}, std::move(callback.call.body), clock_.now()};
    raw.headers = std::move(callback.call.headers);
    std::promise<int> answered;
    gateway_->ask(HearCallback{"house", std::move(raw)},
                  [&](const Acknowledgement& said) { answered.set_value(said.status); });
    if (answered.get_future().get() / 100 != 2) throw std::runtime_error("a recorded callback was refused");
    institution_.callback_answered(callback.id, true, clock_.now());
  }

  config::Config config_;
  WallClock clock_;
  SystemDice dice_;
  kit::ThreadTimers timers_;
  RecordingStore store_;
  JsonRenderer renderer_{"http://127.0.0.1:8080"};
  WillingBusiness business_;
  NoLog log_;
  NoMeter meter_;
  NoCrashPoints crash_;
  OwnLease lease_;
  Institution institution_;
  InstitutionHttpClient channel_client_;
  caf::actor_system_config settings_;
  caf::actor_system system_;
  FindBusiness find_business_;
  std::unique_ptr<ActorsOf> actors_;
  std::unique_ptr<ActorGateway> gateway_;
};

}  // namespace

std::vector<RecordedPayment> record_payments(const ConfigFolder& folder, int count) {
  auto loaded = config::load_folder(folder.path, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = folder.environment.find(name);
    return found == folder.environment.end() ? std::nullopt : std::optional{found->second};
  });
  if (!loaded.config) throw std::runtime_error(loaded.errors.empty() ? "no config" : to_text(loaded.errors.front()));
  Studio studio{std::move(*loaded.config)};
  std::vector<RecordedPayment> payments;
  for (int no = 0; no < count; ++no) payments.push_back(studio.record(no));
  return payments;
}

}  // namespace tael::bench
