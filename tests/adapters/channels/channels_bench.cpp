// Calls a second of each HTTP adapter: every request signed, every answer verified, parsed and classified, through one
// client loop over real sockets. The institution only repeats an answer that it gave once: what the adapter can do is
// measured, not what an institution can. Run by hand in a release build.
#include "adapters/channels/http_json/http_json_channel.hpp"
#include "adapters/http/client.hpp"
#include "adapters/http/server.hpp"
#include "tests/adapters/channels/alipay_twin.hpp"
#include "tests/adapters/channels/http_json_twin.hpp"
#include "tests/adapters/channels/stripe_twin.hpp"
#include "tests/adapters/channels/wechat_v2_twin.hpp"
#include "tests/adapters/channels/wechat_v3_twin.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <iomanip>
#include <iostream>
#include <mutex>

namespace tael::testing {
namespace {

constexpr int calls = 10'000, at_a_time = 128;

/// What the institution says to an inquiry about a payment that is paid.
class Recorder final : public HttpClient {
 public:
  explicit Recorder(HttpClient& inner) : inner_(inner) {}
  void send(HttpCall call, std::function<void(HttpAnswer)> done) override {
    inner_.send(std::move(call), [this, done = std::move(done)](const HttpAnswer& answer) {
      last = answer;
      done(answer);
    });
  }
  HttpAnswer last;

 private:
  HttpClient& inner_;
};

struct Gauge {
  std::mutex mutex;
  std::condition_variable changed;
  int out = 0, approved = 0;
};

double measure(Channel& channel, const ChannelRequest& request, int& approved) {
  Gauge gauge;
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) {
    {
      std::unique_lock lock(gauge.mutex);
      gauge.changed.wait(lock, [&] { return gauge.out < at_a_time; });
      ++gauge.out;
    }
    channel.call(request, 60s, [&gauge](const ChannelAnswer& answer) {
      const std::lock_guard lock(gauge.mutex);
      gauge.approved += answer.ending == Ending::approved ? 1 : 0;
      --gauge.out;
      gauge.changed.notify_one();
    });
  }
  std::unique_lock lock(gauge.mutex);
  gauge.changed.wait(lock, [&] { return gauge.out == 0; });
  approved = gauge.approved;
  return calls / std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

/// `make` gives the twin's channel over another client, at another address.
template <class Twin, class Make>
void run(const char* name, Twin&& twin, const Make& make) {
  auto request = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  twin.channel().call(request, 8s, [](const ChannelAnswer&) {});
  twin.turn(1h);
  twin.callbacks();
  request.op = ChannelOp::inquire;
  Recorder recorder{twin.client};
  make(recorder, "http://unused.test")->call(request, 8s, [](const ChannelAnswer&) {});
  const auto said = recorder.last;
  HttpHeaders headers;
  std::string content_type = "application/json";
  for (const auto& [key, value] : said.headers)
    if (key == "content-type")
      content_type = value;
    else
      headers.emplace_back(key, value);
  Server server{{}, [&](const ServerRequest&, const Respond& respond) {
                  respond({said.status, content_type, said.body, headers});
                }};
  server.start();
  CurlClient client;
  const auto channel = make(client, "http://127.0.0.1:" + std::to_string(server.port()));
  int approved = 0;
  const auto rate = measure(*channel, request, approved);
  std::cout << std::left << std::setw(12) << name << std::right << std::setw(8) << static_cast<int>(rate)
            << " a second, " << approved << " of " << calls << " approved" << std::endl;
}

void run_all() {
  HttpJsonTwin http_json;
  run("http_json", http_json, [&](HttpClient& client, const std::string& url) {
    auto options = aurora_channel_options();
    options.base_url = url;
    return make_http_json_channel(options, client, http_json.clock, http_json.dice);
  });
  WechatV3Twin wechat_v3;
  run("wechat_v3", wechat_v3, [&](HttpClient& client, const std::string& url) {
    auto options = wechat_v3.options();
    options.base_url = url;
    return make_wechat_v3_channel(options, client, wechat_v3.clock, wechat_v3.dice);
  });
  WechatV2Twin wechat_v2;
  run("wechat_v2", wechat_v2, [&](HttpClient& client, const std::string& url) {
    auto options = WechatV2Twin::options();
    options.base_url = url;
    return make_wechat_v2_channel(options, client, wechat_v2.clock, wechat_v2.dice);
  });
  AlipayTwin alipay;
  run("alipay", alipay, [&](HttpClient& client, const std::string& url) {
    auto options = alipay.options();
    options.base_url = url;
    return make_alipay_channel(options, client, alipay.clock);
  });
  StripeTwin stripe;
  run("stripe", stripe, [&](HttpClient& client, const std::string& url) {
    auto options = StripeTwin::options();
    options.base_url = url;
    return make_stripe_channel(options, client, stripe.clock);
  });
}

}  // namespace
}  // namespace tael::testing

int main() { tael::testing::run_all(); }
