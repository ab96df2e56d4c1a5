#include "runtime/scenario/node_life.hpp"

#include "adapters/notices/standard_webhooks.hpp"
#include "runtime/node/channel_adapters.hpp"
#include "runtime/node/settings.hpp"

#include <stdexcept>

namespace tael::scenario {
namespace {

/// What ends with the process: whoever asks it later is told no.
using Alive = std::shared_ptr<bool>;

/// A client whose calls and answers end with the process.
class MortalClient final : public HttpClient {
 public:
  MortalClient(HttpClient& inner, Alive alive, std::function<void(const HttpCall&, const HttpAnswer*)> note)
      : inner_(inner), alive_(std::move(alive)), note_(std::move(note)) {}
  void send(HttpCall call, std::function<void(HttpAnswer)> done) override {
    if (!*alive_) return;
    note_(call, nullptr);
    inner_.send(call, [alive = alive_, note = note_, call, done = std::move(done)](HttpAnswer answer) {
      if (!*alive) return;
      note(call, &answer);
      done(std::move(answer));
    });
  }

 private:
  HttpClient& inner_;
  Alive alive_;
  std::function<void(const HttpCall&, const HttpAnswer*)> note_;
};

/// An adapter that crashes when the story says so.
class FrailChannel final : public Channel {
 public:
  FrailChannel(std::unique_ptr<Channel> inner, int& crashes) : inner_(std::move(inner)), crashes_(crashes) {}
  void call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) override {
    if (crashes_ > 0) {
      crashes_ -= 1;
      throw std::runtime_error("the adapter fell over");
    }
    inner_->call(request, deadline, std::move(done));
  }
  Callback hear(const RawCallback& raw) override { return inner_->hear(raw); }
  Acknowledgement acknowledge(Reception reception) const override { return inner_->acknowledge(reception); }

 private:
  std::unique_ptr<Channel> inner_;
  int& crashes_;
};

/// Calls back once: with the answer, or with nothing when everybody who could answer is gone.
class AnswerOwed {
 public:
  explicit AnswerOwed(std::function<void(ServerResponse)> done) : done_(std::move(done)) {}
  ~AnswerOwed() {
    if (done_) std::exchange(done_, nullptr)({0, {}, {}, {}});
  }
  AnswerOwed(const AnswerOwed&) = delete;
  void give(ServerResponse response) {
    if (done_) std::exchange(done_, nullptr)(std::move(response));
  }

 private:
  std::function<void(ServerResponse)> done_;
};

}  // namespace

struct NodeLife::Parts final : Log, CrashPoints {
  explicit Parts(LifeSurroundings given) : around(given) {}

  void line(Level level, std::string_view event, const Fields& fields) override {
    if (!*alive) return;
    if (event == "order_crashed" || event == "service_crashed")
      around.machine.broken.push_back("an actor died: " + text_of(event, fields));
    if (around.trace.keeps_lines() && level != Level::debug) note("log      " + text_of(event, fields));
  }
  static std::string text_of(std::string_view event, const Fields& fields) {
    std::string text{event};
    for (const auto& field : fields) {
      text += " " + field.name + "=";
      if (const auto* words = std::get_if<std::string>(&field.value)) text += *words;
      if (const auto* number = std::get_if<std::int64_t>(&field.value)) text += std::to_string(*number);
    }
    return text;
  }
  void note(const std::string& text) { around.trace.line(around.world.now(), text); }

  void passed(std::string_view name) override {
    if (!*alive) return;
    auto& machine = around.machine;
    const auto found = machine.points_passed.find(name);
    if (found == machine.points_passed.end())
      machine.points_passed.emplace(name, 1);
    else
      found->second += 1;
    if (!machine.crash_anywhere && machine.crash_at != name) return;
    if (machine.crash_skips-- > 0) return;
    machine.crash_at.clear();
    machine.crash_anywhere = false;
    machine.points_died_at[std::string{name}] += 1;
    die("at " + std::string{name});
  }

  void die(const std::string& how) {
    if (!*alive) return;
    note("node     dies " + how);
    *alive = false;
    store->crash();
    for (auto& [no, owed] : std::exchange(owed_, {}))
      if (const auto answer = owed.lock()) answer->give({0, {}, {}, {}});
  }

  void start();
  void watch_end(const std::string& name, const caf::actor& actor);

  LifeSurroundings around;
  Alive alive = std::make_shared<bool>(true);
  NoMeter meter;
  std::unique_ptr<simulated::SimulatedStore> store;
  TimePoint disk_busy_until{};
  std::map<std::string, std::unique_ptr<MortalClient>> channel_clients;
  std::unique_ptr<MortalClient> business_client;
  std::unique_ptr<StandardWebhooks> notices;
  std::unique_ptr<AlertSender> mail;
  std::unique_ptr<JsonRenderer> renderer;
  std::unique_ptr<ActorsOf> actors;
  std::unique_ptr<ActorGateway> gateway;
  std::unique_ptr<OrdersApi> api;
  std::map<std::uint64_t, std::weak_ptr<AnswerOwed>> owed_;
  std::uint64_t requests = 0;
};

void NodeLife::Parts::start() {
  auto& [config, world, agenda, machine, institutions, businesses, mailbox, trace] = around;
  // One disk: what is asked of it ends in the order it was asked, each after its time.
  store = std::make_unique<simulated::SimulatedStore>(machine.disk, [this](std::function<void()> work) {
    const auto half = around.machine.commit_takes / 2;
    const auto spread =
        half.count() > 0
            ? Duration{static_cast<std::int64_t>(around.agenda.roll() % static_cast<std::uint64_t>(half.count() + 1))}
            : Duration{0};
    disk_busy_until = std::max(disk_busy_until, around.world.now() + half / 2 + spread);
    around.agenda.in_order(disk_busy_until, std::move(work));
  });
  const auto note_call = [this](const std::string& whom) {
    return [this, whom](const HttpCall& call, const HttpAnswer* answer) {
      if (!around.trace.keeps_lines()) return;
      note("wire     " + whom +
           (answer == nullptr ? " <- " + call.method + " " + call.url + " " + call.body
                              : " -> " + (answer->transport == Transport::answered
                                              ? std::to_string(answer->status) + " " + answer->body
                                              : answer->error)));
    };
  };
  for (const auto& code : institutions.channels())
    channel_clients.emplace(code, std::make_unique<MortalClient>(institutions.client(code), alive, note_call(code)));
  business_client = std::make_unique<MortalClient>(businesses, alive, note_call("business"));
  notices = std::make_unique<StandardWebhooks>(*business_client, notice_secrets_of(config));
  renderer = std::make_unique<JsonRenderer>("https://tael");
  const Surroundings surroundings{world,    world.dice, world.timers, *store, *renderer,
                                  *notices, *this,      meter,        *this,  *store};
  const MakeAdapter make_adapter = [this](const config::ChannelConfig& channel) -> std::unique_ptr<Channel> {
    const auto& code = channel.policy.channel;
    return std::make_unique<FrailChannel>(
        make_channel_adapter(channel, "https://tael", {*channel_clients.at(code), around.world, around.world.dice}),
        around.machine.adapter_crashes[code]);
  };
  auto settings = actors_settings_of(config, make_adapter);
  settings.quarantined = machine.disk.messages_held();
  mail = mail_way_of({config, world, agenda, mailbox}, alive);
  if (mail) settings.alerts.ways = {mail.get()};
  actors = std::make_unique<ActorsOf>(world.system(), std::move(settings), surroundings);
  gateway = std::make_unique<ActorGateway>(world.system(), actors->orders, actors->channels, actors->store,
                                           surroundings, config.node.limits.orders_in_flight_max);
  api = std::make_unique<OrdersApi>(ApiPeers{.gateway = *gateway,
                                             .renderer = *renderer,
                                             .clock = world,
                                             .dice = world.dice,
                                             .meter = meter,
                                             .find_business = find_business_of(config),
                                             .readiness = [] { return Readiness{}; },
                                             .metrics = [] { return std::string{}; }});
  watch_end("store", caf::actor_cast<caf::actor>(actors->store));
  watch_end("breakers", caf::actor_cast<caf::actor>(actors->breakers));
  watch_end("channels", caf::actor_cast<caf::actor>(actors->channels));
  watch_end("timers", caf::actor_cast<caf::actor>(actors->timers));
  watch_end("notices", caf::actor_cast<caf::actor>(actors->notices));
  watch_end("accounts", caf::actor_cast<caf::actor>(actors->accounts));
  watch_end("orders", caf::actor_cast<caf::actor>(actors->orders));
  actors->begin();
  note("node     starts");
}

/// These live as long as the node; one that ends before it has broken a promise, whatever made it end.
void NodeLife::Parts::watch_end(const std::string& name, const caf::actor& actor) {
  caf::actor_cast<caf::abstract_actor*>(actor)->attach_functor(
      [alive = alive, name, &machine = around.machine, &system = around.world.system()](const caf::error& reason) {
        if (*alive) machine.broken.push_back("the " + name + " actor ended: " + system.render(reason));
      });
}

NodeLife::NodeLife(LifeSurroundings surroundings) : parts_(std::make_shared<Parts>(surroundings)) { parts_->start(); }

NodeLife::~NodeLife() { bury(); }

void NodeLife::bury() {
  if (!parts_->actors) return;
  parts_->die("with the story");
  parts_->gateway->stop();
  parts_->actors->end();
  parts_->around.world.settle();
  parts_->actors->forget();
  parts_->api.reset();  // Replies on their way to it were on their way until now.
  parts_->actors.reset();
  parts_->gateway.reset();
  parts_->around.world.settle();
}

bool NodeLife::is_alive() const { return *parts_->alive; }
bool NodeLife::is_buried() const { return !parts_->actors; }
simulated::SimulatedStore& NodeLife::store() { return *parts_->store; }
void NodeLife::die(const std::string& how) { parts_->die(how); }

void NodeLife::request(ServerRequest request, std::function<void(ServerResponse)> done) {
  if (!is_alive()) return done({0, {}, {}, {}});
  const auto owed = std::make_shared<AnswerOwed>(std::move(done));
  const auto no = ++parts_->requests;
  parts_->owed_.emplace(no, owed);
  parts_->api->handle(std::move(request), [owed, no, parts = std::weak_ptr<Parts>{parts_}](ServerResponse response) {
    const auto here = parts.lock();
    if (!here || !*here->alive) return;
    here->owed_.erase(no);
    owed->give(std::move(response));
  });
}

void NodeLife::switch_path(const SwitchPath& order) {
  if (is_alive()) caf::anon_send(parts_->actors->breakers, order);
}

}  // namespace tael::scenario
