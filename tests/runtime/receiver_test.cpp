// The production sender and client against a receiving business, over real sockets.
#include "runtime/receiver/receiver.hpp"

#include "adapters/http/client.hpp"
#include "adapters/notices/standard_webhooks.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace tael {
namespace {

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string older_secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

class ReceiverTest : public testing::Test {
 protected:
  ReceiverTest() { receiver.start(); }

  Notice notice() const {
    Notice made;
    made.id = "msg_1";
    made.url = url("/notices");
    made.body = R"({"type":"order.paid","timestamp":"2026-11-21T11:59:59.000Z","data":{"id":"01J"}})";
    return made;
  }
  NoticeTry deliver(std::vector<std::string> signed_with = {secret}) {
    StandardWebhooks sender(client, [&](std::string_view) { return signed_with; });
    std::promise<NoticeTry> tried;
    sender.send(notice(), 30s, clock.now(), [&](NoticeTry outcome) { tried.set_value(std::move(outcome)); });
    return tried.get_future().get();
  }
  HttpAnswer call(const std::string& method, const std::string& path, const std::string& body = {}) {
    HttpCall made;
    made.method = method;
    made.url = url(path);
    made.body = body;
    std::promise<HttpAnswer> answered;
    client.send(std::move(made), [&](HttpAnswer answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }
  boost::json::value received() { return boost::json::parse(call("GET", "/received").body); }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(receiver.port()) + path;
  }

  WallClock clock;
  std::mutex mutex;
  std::vector<std::string> lines;
  Receiver receiver{{.secrets = {secret}}, clock, [this](std::string_view line) {
                      const std::lock_guard lock(mutex);
                      lines.emplace_back(line);
                    }};
  CurlClient client;
};

TEST_F(ReceiverTest, AcknowledgesWhatOurSenderSends) {
  EXPECT_TRUE(deliver().acknowledged);
  EXPECT_TRUE(deliver({older_secret, secret}).acknowledged);
  const auto all = received();
  EXPECT_EQ(all.at("total"), 1);
  EXPECT_EQ(all.at("duplicates"), 1);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(lines.size(), 2u);
}

TEST_F(ReceiverTest, RefusesAnotherBusinesssSecret) {
  const auto outcome = deliver({older_secret});
  EXPECT_FALSE(outcome.acknowledged);
  EXPECT_EQ(outcome.error, "HTTP 401");
}

TEST_F(ReceiverTest, FailsAsItIsTold) {
  EXPECT_EQ(call("POST", "/control", R"({"refuse":1,"status":503,"retry_after":3})").status, 200);
  const auto outcome = deliver();
  EXPECT_EQ(outcome.error, "HTTP 503");
  EXPECT_EQ(outcome.retry_after, 3s);
  EXPECT_TRUE(deliver().acknowledged);
}

TEST_F(ReceiverTest, ASlowAnswerHoldsUpNobodyElse) {
  call("POST", "/control", R"({"slow_ms":60000})");
  std::promise<void> ended;
  {
    CurlClient patient;
    StandardWebhooks sender(patient, [](std::string_view) { return std::vector{secret}; });
    sender.send(notice(), 30s, clock.now(), [&](const NoticeTry&) { ended.set_value(); });
    while (received().at("total") != 1) std::this_thread::yield();
    call("POST", "/control", R"({"slow_ms":1})");
    EXPECT_TRUE(deliver().acknowledged);
    EXPECT_EQ(received().at("duplicates"), 1);
  }  // Nobody waits a minute: the patient client gives up.
  ended.get_future().get();
}

TEST(Receiver, NeedsASecretThatIsOne) {
  const WallClock clock;
  EXPECT_THROW(Receiver({.secrets = {}}, clock), std::invalid_argument);
  EXPECT_THROW(Receiver({.secrets = {"whsec_short"}}, clock), std::invalid_argument);
}

}  // namespace
}  // namespace tael
