#include "runtime/certify/stage.hpp"

#include "actors/domain/ids.hpp"
#include "adapters/framed_tcp/pool.hpp"
#include "adapters/http/client.hpp"
#include "adapters/http/server.hpp"
#include "adapters/simulated/memory_trace_book.hpp"
#include "runtime/institutions/simulator.hpp"
#include "runtime/wall/system_dice.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

namespace tael::certify {

namespace json = boost::json;

namespace {

using Steady = std::chrono::steady_clock;

/// Everything happens soon, but for what is meant to be late.
constexpr const char* brisk =
    R"({"magic_amounts":false,"pay_after_ms":30,"callback_after_ms":5,"callback_gap_ms":20,"late_answer_ms":2500,)"
    R"("slow_answer_ms":200,"early_lead_ms":300,"refund_after_ms":30,"late_pay_after_ms":30,"held_for_ms":20000,)"
    R"("drip_pause_ms":50,"callback_ladder_ms":[200,200,200,500,500,1000]})";

/// Between two looks at something that is about to happen.
constexpr Duration glance{20};

}  // namespace

/// The ear hears on its server's thread; everything else belongs to whoever plays the cases.
struct Stage::Life {
  explicit Life(const Subject& given) : subject(given) {
    ear.start();
    simulator = std::make_unique<Simulator>(world(), SimulatorPeers{client, clock, dice});
    simulator->start();
    if (subject.fronts) dial();
    const std::lock_guard lock{mutex};
    channel = subject.make_channel({client, clock, dice, pool.get(), &traces, base_url(), callback_url()});
  }

  std::string callback_url() const {
    return "http://127.0.0.1:" + std::to_string(ear.port()) + "/channels/" + subject.channel + "/callback";
  }
  std::string base_url() const {
    return "http://127.0.0.1:" + std::to_string(simulator->port(subject.channel).value_or(0));
  }

  SimulatorOptions world() const {
    SimulatorOptions options;
    options.hang_for = Duration{5'000};
    if (subject.fronts)
      options.banks.push_back({bank_behind_front(subject.channel), *subject.fronts});
    else
      options.institutions.push_back(subject.make_institution(callback_url()));
    return options;
  }

  void dial() {
    PoolOptions options;
    for (const auto port : simulator->machine_ports(subject.channel))
      options.machines.push_back({"127.0.0.1", std::to_string(port)});
    options.backoff_max = Duration{500};
    pool = std::make_unique<FramePool>(std::move(options), subject.make_protocol(clock), dice);
  }

  void hear(ServerRequest request, const Respond& respond) {
    Heard heard{{request.target, std::move(request.headers), std::move(request.body), clock.now()}, {}};
    const std::lock_guard lock{mutex};
    heard.read = channel->hear(heard.raw);
    const auto answer = channel->acknowledge(heard.read.refusal.empty() ? Reception::taken : Reception::refused);
    respond({answer.status, answer.content_type, answer.body, {}});
    ear_heard.push_back(std::move(heard));
    changed.notify_all();
  }

  json::value control(const std::string& method, const std::string& what, std::string body = {}) {
    HttpCall call;
    call.method = method;
    call.url = "http://127.0.0.1:" + std::to_string(simulator->control_port()) + "/control/" + subject.channel + what;
    call.body = std::move(body);
    call.deadline = patience;
    std::promise<HttpAnswer> answered;
    client.send(std::move(call), [&](HttpAnswer answer) { answered.set_value(std::move(answer)); });
    const auto answer = answered.get_future().get();
    json::error_code failed;
    auto value = json::parse(answer.body, failed);
    if (failed || !value.is_object() || answer.status != 200)
      findings.push_back("the control API says " + std::to_string(answer.status) + " to " + what + ": " + answer.body +
                         answer.error);
    return failed || !value.is_object() ? json::object{} : value;
  }

  const Subject& subject;
  WallClock clock;
  SystemDice dice;
  CurlClient client;
  MemoryTraceBook traces;
  std::mutex mutex;  ///< Guards the channel while it is being made, and what the ear heard.
  std::condition_variable changed;
  std::vector<Heard> ear_heard;
  std::unique_ptr<Channel> channel;
  Server ear{ServerOptions{},
             [this](ServerRequest request, const Respond& respond) { hear(std::move(request), respond); }};
  std::unique_ptr<Simulator> simulator;
  std::unique_ptr<FramePool> pool;

  int numbers = 0;
  Moved before;
  std::vector<Exchange> exchanges;
  std::vector<std::string> findings;
  std::string seen;
};

Stage::Stage(const Subject& subject) : life_(std::make_unique<Life>(subject)) {
  life_->control("POST", "/settings", brisk);
}

/// The institution first: what it still has under way shall find nobody. Then who calls, then who hears.
Stage::~Stage() {
  life_->simulator->stop();
  life_->pool.reset();
  life_->ear.stop();
}

const Facts& Stage::facts() const { return life_->subject.facts; }
const std::vector<Currency>& Stage::currencies() const { return life_->subject.currencies; }
Channel& Stage::channel() { return *life_->channel; }

ChannelRequest Stage::payment() {
  auto request = life_->subject.sample;
  request.op = ChannelOp::pay;
  request.order_id = make_id(life_->clock.now(), 0, static_cast<std::uint64_t>(++life_->numbers));
  request.number = request.attempt = attempt_number(request.order_id, 1);
  request.total = request.amount;
  request.sent_at = life_->clock.now();
  request.expires_at = request.sent_at + 1h;
  request.is_wanted = true;
  return request;
}

ChannelRequest Stage::refund_of(const ChannelRequest& payment, std::int64_t amount) {
  auto request = payment;
  request.op = ChannelOp::refund;
  request.number = refund_number(payment.order_id, 1);
  request.total = payment.amount;
  request.amount.amount = amount;
  return request;
}

ChannelAnswer Stage::call(ChannelRequest request, ChannelOp op, Duration deadline) {
  request.op = op;
  std::promise<ChannelAnswer> answered;
  life_->channel->call(request, deadline, [&](ChannelAnswer answer) { answered.set_value(std::move(answer)); });
  auto answer = answered.get_future().get();
  life_->exchanges.push_back(answer.exchange);
  return answer;
}

ChannelAnswer Stage::pay(ChannelRequest& request) {
  auto answer = call(request, ChannelOp::pay);
  if (!answer.channel_transaction.empty()) request.channel_transaction = answer.channel_transaction;
  return answer;
}

ChannelAnswer Stage::pay_while(Ending ending) {
  for (const auto until = Steady::now() + patience;;) {
    auto request = payment();
    auto answer = call(request, ChannelOp::pay, short_deadline);
    if (answer.ending != ending || Steady::now() >= until) return answer;
    std::this_thread::sleep_for(glance);
  }
}

ChannelAnswer Stage::settled(ChannelRequest request, ChannelOp op) {
  for (const auto until = Steady::now() + patience;;) {
    auto answer = call(request, op, short_deadline);
    if (op == ChannelOp::inquire && !answer.channel_transaction.empty())
      request.channel_transaction = answer.channel_transaction;
    const bool is_final = answer.ending == Ending::approved || answer.ending == Ending::declined;
    if (is_final || answer.number_unknown || Steady::now() >= until) return answer;
    std::this_thread::sleep_for(glance);
  }
}

ChannelRequest Stage::paid() {
  auto request = payment();
  const auto answer = pay(request);
  expect(answer.ending == Ending::approved || answer.ending == Ending::pending,
         "a healthy payment is " + words_of(answer));
  const auto found = settled(request);
  expect(found.ending == Ending::approved, "a payment that was paid is " + words_of(found));
  request.channel_transaction = found.channel_transaction;
  return request;
}

void Stage::fault(std::string_view mode, ChannelOp op, int count) {
  life_->control("POST", "/faults",
                 json::serialize(json::object{{"mode", mode}, {"op", name_of(op)}, {"count", count}}));
}

void Stage::refuse_connections() { life_->control("POST", "/faults", R"({"mode":"refuse"})"); }
void Stage::heal() { life_->control("POST", "/heal", "{}"); }
void Stage::change_keys() { life_->control("POST", "/rotate", "{}"); }
void Stage::pay_by_hand(const ChannelRequest& request) {
  life_->control("POST", "/pay", json::serialize(json::object{{"number", request.number}}));
}

Moved Stage::moved() {
  const auto body = life_->control("GET", "/book");
  Moved moved;
  const auto* currencies = body.as_object().if_contains("currencies");
  if (currencies == nullptr || !currencies->is_array()) return moved;
  for (const auto& line : currencies->get_array()) {
    moved.received += line.at("received").as_int64();
    moved.refunded += line.at("refunded").as_int64();
  }
  return moved;
}

Moved Stage::moved_here() {
  const auto now = moved();
  return {now.received - life_->before.received, now.refunded - life_->before.refunded};
}

std::vector<Heard> Stage::callbacks(std::size_t count) {
  std::unique_lock lock{life_->mutex};
  const bool came = life_->changed.wait_for(lock, patience, [&] { return life_->ear_heard.size() >= count; });
  const auto size = life_->ear_heard.size();
  auto heard = life_->ear_heard;
  lock.unlock();
  expect(came, std::to_string(size) + " of " + std::to_string(count) + " callbacks came");
  return heard;
}

std::vector<Heard> Stage::callbacks_so_far() {
  const std::lock_guard lock{life_->mutex};
  return life_->ear_heard;
}

void Stage::begin() {
  life_->findings.clear();
  life_->exchanges.clear();
  life_->seen.clear();
  heal();
  // What an earlier case left on its way shall not be taken for this one's.
  for (const auto until = Steady::now() + patience; Steady::now() < until; std::this_thread::sleep_for(glance)) {
    const auto book = life_->control("GET", "/book");
    const auto is_none = [&](const char* name) {
      const auto* left = book.as_object().if_contains(name);
      return left == nullptr || left->to_number<std::int64_t>() == 0;
    };
    if (is_none("about_to_happen") && is_none("callbacks_on_their_way")) break;
  }
  life_->before = moved();
  const std::lock_guard lock{life_->mutex};
  life_->ear_heard.clear();
}

void Stage::end() {
  const auto rules = life_->control("GET", "/faults");
  if (const auto* faults = rules.as_object().if_contains("faults"); faults != nullptr)
    for (const auto& rule : faults->as_array())
      if (rule.at("count").as_int64() > 0)
        expect(false, "the switch '" + std::string{rule.at("mode").as_string()} + "' was never met");
  for (const auto& heard : callbacks_so_far()) life_->exchanges.push_back(heard.read.exchange);
  for (const auto& exchange : life_->exchanges)
    for (const auto& secret : life_->subject.secrets)
      if (exchange.request.find(secret) != std::string::npos || exchange.response.find(secret) != std::string::npos)
        expect(false, "an exchange of '" + exchange.op + "' holds a secret in clear");
}

bool Stage::expect(bool holds, const std::string& otherwise) {
  if (!holds) life_->findings.push_back(otherwise);
  return holds;
}

void Stage::expect_ending(const ChannelAnswer& answer, Ending ending) {
  saw(words_of(answer));
  expect(answer.ending == ending,
         std::string{"expected "} + std::string{name_of(ending)} + ", was " + words_of(answer));
}

void Stage::expect_truth(const ChannelRequest& request, bool must_be_paid) {
  const auto found = settled(request);
  const auto book = moved_here();
  const auto kept = book.received - book.refunded;
  const bool is_paid = found.ending == Ending::approved;
  saw("then " + words_of(found));
  expect(is_paid ? kept == request.amount.amount : kept == 0,
         "the adapter's last word is " + words_of(found) + ", but the institution keeps " + std::to_string(kept));
  expect(is_paid || found.ending == Ending::declined || found.number_unknown,
         "it never ends: " + words_of(found) + " is the last word");
  expect(book.received <= request.amount.amount, "the payer was charged " + std::to_string(book.received));
  // Where nobody can be asked, what was executed in silence is taken back instead of found.
  expect(!must_be_paid || !facts().asks_about_payments || is_paid, "what was paid is not found");
}

const std::vector<std::string>& Stage::findings() const { return life_->findings; }
void Stage::saw(const std::string& what) {
  if (!life_->seen.empty()) life_->seen += ", ";
  life_->seen += what;
}
const std::string& Stage::seen() const { return life_->seen; }

std::string words_of(const ChannelAnswer& answer) {
  auto words = std::string{name_of(answer.ending)};
  if (!answer.code.empty()) words += " (" + answer.code + ")";
  if (answer.number_unknown) words += ", number unknown";
  if (!answer.alert.empty()) words += ", alert";
  return words;
}

}  // namespace tael::certify
