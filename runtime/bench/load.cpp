#include "runtime/bench/load.hpp"

#include "adapters/crypto/crypto.hpp"
#include "adapters/http/server.hpp"
#include "adapters/notices/webhook_signature.hpp"
#include "runtime/api/business_auth.hpp"
#include "runtime/bench/world.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <array>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_map>

namespace tael::bench {
namespace {

using Steady = std::chrono::steady_clock;

/// The client slows down when a host has more calls than connections, so the others wait here.
constexpr int calls_out_max = 200;
/// One notice in this many is verified; all are counted.
constexpr int verified_every = 64;
/// Nothing finished for this long means that the rest will not.
constexpr Duration patience{30'000};

std::atomic<bool> signal_heard = false;

/// The text after the first `mark`, up to the next quote. Our own JSON has no spaces and escapes nothing in ids.
std::string_view text_after(std::string_view body, std::string_view mark) {
  const auto found = body.find(mark);
  if (found == std::string_view::npos) return {};
  const auto rest = body.substr(found + mark.size());
  return rest.substr(0, rest.find('"'));
}

struct Payment {
  int shop = 0;
  Steady::time_point due, pay_sent, created, pay_answered, noticed;
  TimePoint pay_answered_wall, paid_wall, noticed_wall;
  bool is_answered = false, is_noticed = false;
};

}  // namespace

bool interrupted() { return signal_heard; }
void hear_signals() {
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { signal_heard = true; });
  std::signal(SIGPIPE, SIG_IGN);
}

struct Load::Life {
  explicit Life(HttpClient& http)
      : client(http), server(server_options(), [this](const ServerRequest& request, Respond respond) {
          hear_notice(request);
          respond({.status = 204, .content_type = "", .body = ""});
        }) {
    for (int no = 0; no < shops; ++no) {
      shop_list.push_back(shop_of(no));
      if (auto key = parse_webhook_secret(shop_list.back().notice_secret)) notice_keys.push_back(std::move(*key));
    }
    server.start();
    notice_url = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
  }

  static ServerOptions server_options() { return {}; }

  // --- calls ---------------------------------------------------------------------------------------------------

  struct Waiting {
    HttpCall call;
    std::function<void(HttpAnswer)> done;
  };

  HttpCall signed_call(const Shop& shop, const std::string& path, std::string body) {
    const auto timestamp = std::to_string(unix_ms(clock.now()) / 1000);
    const auto nonce = run_name + std::to_string(++last_nonce);
    HttpCall call;
    call.url = options.node_url + path;
    call.deadline = Duration{60'000};
    call.headers = {
        {"Content-Type", "application/json"},
        {"Tael-Business", shop.code},
        {"Tael-Token", shop.token},
        {"Tael-Timestamp", timestamp},
        {"Tael-Nonce", nonce},
        {"Tael-Signature", hmac_sha256_hex(shop.salt, signature_base("POST", path, timestamp, nonce, body))}};
    call.body = std::move(body);
    return call;
  }

  void send(HttpCall call, std::function<void(HttpAnswer)> done) {
    {
      const std::lock_guard lock{mutex};
      if (calls_out >= calls_out_max) return calls_waiting.push_back({std::move(call), std::move(done)});
      ++calls_out;
    }
    put_out({std::move(call), std::move(done)});
  }
  void put_out(Waiting waiting) {
    client.send(std::move(waiting.call), [this, done = std::move(waiting.done)](HttpAnswer answer) {
      std::optional<Waiting> next;
      {
        const std::lock_guard lock{mutex};
        if (calls_waiting.empty()) {
          --calls_out;
        } else {
          next = std::move(calls_waiting.front());
          calls_waiting.pop_front();
        }
      }
      if (next) put_out(std::move(*next));
      done(std::move(answer));
    });
  }

  // --- a payment's steps -----------------------------------------------------------------------------------------

  void begin(Steady::time_point due) {
    std::int64_t no = 0;
    {
      const std::lock_guard lock{mutex};
      no = ++result.begun;
      ++under_way;
    }
    const int shop = static_cast<int>(no % shops);
    auto body = R"({"order_no":")" + run_name + std::to_string(no) + R"(","type":"instant","scene":"bench","amount":)" +
                std::to_string(order_amount) +
                R"(,"currency":"CNY","subject":"Loaf of bread","expires_in":1800,"notify_url":")" + notice_url +
                shop_list[static_cast<std::size_t>(shop)].code + "\"}";
    send(signed_call(shop_list[static_cast<std::size_t>(shop)], "/v1/orders", std::move(body)),
         [this, due, shop](const HttpAnswer& answer) { hear_created(answer, shop, due); });
  }

  void hear_created(const HttpAnswer& answer, int shop, Steady::time_point due) {
    const auto id = std::string{text_after(answer.body, R"("id":")")};
    if (answer.status != 201 || id.empty()) return give_up("create: " + words_of(answer));
    const auto now = Steady::now();
    {
      const std::lock_guard lock{mutex};
      auto& payment = payments[id];
      payment.shop = shop;
      payment.due = due;
      payment.created = payment.pay_sent = now;
    }
    send(signed_call(shop_list[static_cast<std::size_t>(shop)], "/v1/orders/" + id + "/payments",
                     std::string{R"({"path":")"} + payment_path + "\"}"),
         [this, id](const HttpAnswer& paying) {
           if (paying.status != 200) {
             {
               const std::lock_guard lock{mutex};
               payments.erase(id);
             }
             return give_up("pay: " + words_of(paying));
           }
           hear_pay(id);
         });
  }

  void hear_pay(const std::string& id) {
    const auto now = Steady::now();
    std::unique_lock lock{mutex};
    const auto found = payments.find(id);
    if (found == payments.end()) return;
    found->second.pay_answered = now;
    found->second.pay_answered_wall = clock.now();
    found->second.is_answered = true;
    if (found->second.is_noticed) finish(found, lock);
  }

  /// On the server's thread.
  void hear_notice(const ServerRequest& request) {
    const auto now = Steady::now();
    const std::string_view body = request.body;
    const auto id = std::string{text_after(body, R"("data":{"id":")")};
    const auto heard_at = parse_rfc3339(text_after(body, R"("heard_at":")"));
    std::unique_lock lock{mutex};
    const auto found = payments.find(id);
    if (found == payments.end() || found->second.is_noticed) {
      ++result.repeated;
      return;
    }
    if (!heard_at || body.find(R"("type":"order.paid")") == std::string_view::npos) ++result.faults["notice: not paid"];
    if (++notices % verified_every == 0) verify(request, found->second.shop);
    auto& payment = found->second;
    payment.noticed = now;
    payment.noticed_wall = clock.now();
    payment.paid_wall = heard_at.value_or(TimePoint{});
    payment.is_noticed = true;
    if (payment.is_answered) finish(found, lock);
  }

  void verify(const ServerRequest& request, int shop) {
    const auto verdict =
        verify_webhook({notice_keys[static_cast<std::size_t>(shop)]}, request.headers, request.body, clock.now());
    if (verdict != WebhookVerdict::authentic) ++result.faults["notice: " + std::string{name_of(verdict)}];
    ++result.verified;
  }

  using Payments = std::unordered_map<std::string, Payment>;

  void finish(Payments::iterator found, std::unique_lock<std::mutex>& lock) {
    const auto payment = found->second;
    payments.erase(found);
    ++result.finished;
    ++finished_lately;
    const auto finished_at = std::max(payment.noticed, payment.pay_answered);
    const auto counts_by = options.rate > 0 ? payment.due : finished_at;
    if (counts_by >= window_begins && counts_by < window_ends) {
      ++result.measured;
      auto& l = result.latencies;
      l.create.add(payment.created - payment.due);
      l.pay.add(payment.pay_answered - payment.pay_sent);
      l.paid.add(payment.paid_wall - payment.pay_answered_wall);
      l.notice.add(payment.noticed_wall - payment.paid_wall);
      l.whole.add(payment.noticed - payment.due);
    }
    end_one(lock);
  }

  void give_up(const std::string& why) {
    std::unique_lock lock{mutex};
    ++result.faults[why];
    end_one(lock);
  }

  /// One payment less is under way; in the closed loop another begins.
  void end_one(std::unique_lock<std::mutex>& lock) {
    --under_way;
    last_end = Steady::now();
    const bool again = options.rate == 0 && last_end < window_ends && !interrupted();
    lock.unlock();
    changed.notify_one();
    if (again) begin(Steady::now());
  }

  static std::string words_of(const HttpAnswer& answer) {
    if (answer.status == 0) return answer.error;
    return std::to_string(answer.status) + " " + std::string{text_after(answer.body, R"("code":")")};
  }

  // --- the run -----------------------------------------------------------------------------------------------------

  void begin_evenly(Steady::time_point began) {
    const auto gap = std::chrono::duration<double>(1.0 / options.rate);
    std::int64_t no = 0;
    const auto due_at = [&] { return began + std::chrono::duration_cast<Steady::duration>(gap * no); };
    while (due_at() < window_ends && !interrupted()) {
      std::this_thread::sleep_until(due_at());
      for (const auto now = Steady::now(); due_at() <= now && due_at() < window_ends; ++no) begin(due_at());
    }
  }

  HttpClient& client;
  LoadOptions options;
  WallClock clock;
  std::vector<Shop> shop_list;
  std::vector<std::string> notice_keys;
  std::string run_name, notice_url;
  std::atomic<std::int64_t> last_nonce = 0;

  std::mutex mutex;  ///< Guards what follows.
  std::condition_variable changed;
  Payments payments;
  std::deque<Waiting> calls_waiting;
  int calls_out = 0, under_way = 0, finished_lately = 0;
  std::int64_t notices = 0;
  Steady::time_point window_begins, window_ends, last_end;
  LoadResult result;

  Server server;  // Goes first.
};

Load::Load(HttpClient& client) : life_(std::make_unique<Life>(client)) {}
Load::~Load() = default;

LoadResult Load::run(const LoadOptions& options, const std::function<void(int, int)>& each_second,
                     const std::function<void(bool)>& at_window) {
  auto& life = *life_;
  static std::atomic<int> runs = 0;
  const auto began = Steady::now();
  {
    const std::lock_guard lock{life.mutex};
    life.options = options;
    life.result = {};
    life.run_name = "b" + std::to_string(unix_ms(life.clock.now())) + "-" + std::to_string(++runs) + "-";
    life.window_begins = began + options.warm_up;
    life.window_ends = life.window_begins + options.length;
    life.last_end = began;
    life.finished_lately = 0;
  }
  std::jthread pacer;
  if (options.rate > 0)
    pacer = std::jthread{[&life, began] { life.begin_evenly(began); }};
  else
    for (int i = 0; i < options.in_flight; ++i) life.begin(Steady::now());

  bool begun = false, ended = false;
  for (auto next_second = began + std::chrono::seconds{1};;) {
    std::unique_lock lock{life.mutex};
    const auto mark = !begun ? life.window_begins : !ended ? life.window_ends : next_second;
    life.changed.wait_until(lock, std::min(mark, next_second), [&] { return ended && life.under_way == 0; });
    const auto now = Steady::now();
    const int finished = life.finished_lately, under_way = life.under_way;
    const bool stuck = now > std::max(life.last_end, life.window_ends) + patience;
    if (now >= next_second) life.finished_lately = 0;
    lock.unlock();
    if (!begun && now >= life.window_begins) begun = true, at_window(true);
    if (!ended && (now >= life.window_ends || interrupted())) ended = true, at_window(false);
    if (now >= next_second) {
      each_second(finished, under_way);
      next_second += std::chrono::seconds{1};
    }
    if (ended && (under_way == 0 || stuck || interrupted())) break;
  }
  if (pacer.joinable()) pacer.join();
  const std::lock_guard lock{life.mutex};
  life.result.seconds = std::chrono::duration<double>(options.length).count();
  if (life.under_way > 0) life.result.faults["never finished"] = life.under_way;
  return life.result;
}

}  // namespace tael::bench
