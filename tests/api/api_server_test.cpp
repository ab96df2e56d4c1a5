// The whole edge at once: client, sockets, server, signature, routes; the gateway answers from another thread.
#include "adapters/http/client.hpp"
#include "adapters/http/server.hpp"
#include "tests/api/api_support.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace tael {
namespace {

/// Answers each create from a thread of its own.
class SlowGateway final : public Gateway {
 public:
  ~SlowGateway() override {
    for (auto& thread : threads_) thread.join();
  }
  void ask(CreateOrder ask, OnReply done) override {
    const std::lock_guard lock(mutex_);
    threads_.emplace_back([ask = std::move(ask), done = std::move(done)] {
      auto view = test::sample_view();
      view.order.order_no = ask.draft.order_no;
      view.created = true;
      done(view);
    });
  }
  void ask(PayOrder, OnReply) override {}
  void ask(ViewOrder, OnReply) override {}
  void ask(FindOrder, OnReply) override {}
  void ask(CloseOrder, OnReply) override {}
  void ask(RefundOrder, OnReply) override {}
  void ask(HearCallback, std::function<void(Acknowledgement)>) override {}
  void find_key(std::string, std::string, std::string,
                std::function<void(Read<std::optional<IdempotencyKey>>)> done) override {
    done({});
  }

 private:
  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

class ApiServer : public testing::Test {
 protected:
  ApiServer() { server.start(); }

  std::future<HttpAnswer> send(ServerRequest request) {
    HttpCall call;
    call.method = request.method;
    call.url = "http://127.0.0.1:" + std::to_string(server.port()) + request.target;
    call.headers = std::move(request.headers);
    call.body = std::move(request.body);
    call.deadline = Duration{30'000};
    auto heard = std::make_shared<std::promise<HttpAnswer>>();
    client.send(std::move(call), [heard](HttpAnswer answer) { heard->set_value(std::move(answer)); });
    return heard->get_future();
  }

  static ServerOptions options(OrdersApi& api) {
    ServerOptions options;
    options.render_refusal = [&api](int status, std::string_view why, bool on) { return api.refuse(status, why, on); };
    return options;
  }

  test::HandClock clock;
  test::CountingDice dice;
  test::DeafMeter meter;
  test::FakeGateway unused;
  JsonRenderer renderer;
  OrdersApi api{[this] {
    auto peers = test::peers_of(unused, renderer, clock, dice, meter);
    return ApiPeers{gateway,     peers.renderer,      peers.clock,     peers.dice,
                    peers.meter, peers.find_business, peers.readiness, peers.metrics};
  }()};
  Server server{options(api),
                [this](ServerRequest request, Respond respond) { api.handle(std::move(request), std::move(respond)); }};
  SlowGateway gateway;  // Ends first, and with it everyone who may still answer.
  CurlClient client;
};

TEST_F(ApiServer, AnswersEachOfManyCallersWithTheirOwnOrder) {
  std::vector<std::future<HttpAnswer>> answers;
  for (int i = 0; i < 100; ++i)
    answers.push_back(send(test::signed_request(
        clock, "POST", "/v1/orders",
        R"({"order_no":"B-)" + std::to_string(i) +
            R"(","scene":"counter","amount":1,"currency":"CNY","subject":"x","notify_url":"https://b.example"})")));
  for (int i = 0; i < 100; ++i) {
    const auto answer = answers[static_cast<std::size_t>(i)].get();
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_NE(answer.body.find("\"order_no\":\"B-" + std::to_string(i) + "\""), std::string::npos);
    EXPECT_NE(find_header(answer.headers, "tael-request-id"), nullptr);
  }
}

TEST_F(ApiServer, ABodyBeyondTheLimitIsAProblemWithARequestId) {
  const auto answer = send(test::signed_request(clock, "POST", "/v1/orders", std::string(100'000, ' '))).get();
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(answer.body.find("BODY_TOO_LARGE"), std::string::npos);
  EXPECT_NE(find_header(answer.headers, "tael-request-id"), nullptr);
}

TEST_F(ApiServer, ServesItsOwnDescription) {
  EXPECT_EQ(send({"GET", "/openapi.yaml", {}, "", ""}).get().body, openapi_of_businesses());
}

}  // namespace
}  // namespace tael
