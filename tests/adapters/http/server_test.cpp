// What a well-behaved peer sees of the server, over real sockets.
#include "adapters/http/server.hpp"

#include "tests/adapters/http/raw_client.hpp"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace tael {
namespace {

using test::RawClient;

constexpr std::string_view get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

void echo(const ServerRequest& request, const Respond& respond) {
  respond({200, "text/plain", request.method + " " + request.target + " " + request.body});
}

std::string post(std::string_view target, std::string_view body) {
  return "POST " + std::string{target} + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string{body};
}

/// Keeps requests until the test answers them.
class Shelf {
 public:
  Handler handler() {
    return [this](const ServerRequest&, Respond respond) {
      const std::lock_guard lock(mutex_);
      if (taken_ < promises_.size()) promises_[taken_++].set_value(std::move(respond));
    };
  }
  Respond next() { return std::move(futures_[given_++]).get(); }

 private:
  std::mutex mutex_;
  std::vector<std::promise<Respond>> promises_{4};
  std::vector<std::future<Respond>> futures_ = [this] {
    std::vector<std::future<Respond>> futures;
    for (auto& promise : promises_) futures.push_back(promise.get_future());
    return futures;
  }();
  std::size_t taken_ = 0, given_ = 0;
};

TEST(Server, HandsOverTheRequestExactlyAsSent) {
  std::promise<ServerRequest> heard;
  Server server({}, [&](ServerRequest request, const Respond& respond) {
    heard.set_value(std::move(request));
    respond({});
  });
  server.start();
  RawClient client(server.port());
  client.say(
      "POST /a%2Fb?c=%20&d HTTP/1.1\r\nHost: x\r\nTael-Business:  bakery \r\nContent-Length: 3\r\n\r\n\x01\xff{");
  EXPECT_EQ(client.hear().status, 200);
  const auto request = heard.get_future().get();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/a%2Fb?c=%20&d");
  EXPECT_EQ(request.body, "\x01\xff{");
  EXPECT_EQ(request.remote, "127.0.0.1");
  ASSERT_NE(find_header(request.headers, "tael-business"), nullptr);
  EXPECT_EQ(*find_header(request.headers, "tael-business"), "bakery");
}

TEST(Server, KeepsTheConnectionForFurtherRequests) {
  Server server({}, echo);
  server.start();
  RawClient client(server.port());
  for (const auto* body : {"one", "two", "three"}) {
    client.say(post("/x", body));
    EXPECT_EQ(client.hear().body, std::string{"POST /x "} + body);
  }
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  std::vector<std::thread> threads;
  Server server({}, [&](const ServerRequest& request, const Respond& respond) {
    threads.emplace_back([target = request.target, respond] { respond({200, "text/plain", target}); });
  });
  server.start();
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 20; ++i) all += post("/" + std::to_string(i), "{}");
  client.say(all);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.hear().body, "/" + std::to_string(i));
  for (auto& thread : threads) thread.join();
}

TEST(Server, AnswersFromAnotherThreadAndOnlyOnce) {
  Shelf shelf;
  Server server({}, shelf.handler());
  server.start();
  RawClient client(server.port());
  client.say(get);
  std::thread([respond = shelf.next()] {
    respond({201, "text/plain", "first"});
    respond({200, "text/plain", "second"});
  }).join();
  EXPECT_EQ(client.hear().body, "first");
  client.say(get);
  shelf.next()({200, "text/plain", "third"});
  EXPECT_EQ(client.hear().body, "third");
}

TEST(Server, AnswersHeadWithLengthAndNoBody) {
  Server server({}, [](const ServerRequest&, const Respond& respond) { respond({200, "text/plain", "hello"}); });
  server.start();
  RawClient client(server.port());
  client.say("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.hear(true).has("Content-Length: 5\r\n"));
  client.say(get);
  EXPECT_EQ(client.hear().body, "hello");
}

TEST(Server, AsksForTheBodyOfAPeerThatWaitsToBeAsked) {
  Server server({}, echo);
  server.start();
  RawClient client(server.port());
  client.say("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.hear().status, 100);
  client.say("ok");
  EXPECT_EQ(client.hear().body, "POST / ok");
}

TEST(Server, ReadsChunkedBodies) {
  Server server({}, echo);
  server.start();
  RawClient client(server.port());
  client.say("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r");
  client.say("\nde\r\n0\r\n\r\n");
  EXPECT_EQ(client.hear().body, "POST / abcde");
  client.say(get);
  EXPECT_EQ(client.hear().status, 200);
}

TEST(Server, ClosesWhenAskedTo) {
  Server server({}, echo);
  server.start();
  RawClient client(server.port());
  client.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.hear().has("Connection: close\r\n"));
  EXPECT_TRUE(client.hears_end());
}

TEST(Server, TellsAnOldPeerThatTheConnectionStays) {
  Server server({}, echo);
  server.start();
  RawClient client(server.port());
  client.say("GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(client.hear().has("Connection: keep-alive\r\n"));
  client.say("GET / HTTP/1.0\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.hear().has("Connection: close\r\n"));
  EXPECT_TRUE(client.hears_end());
}

TEST(Server, AThrowingHandlerIsA500AndNothingMore) {
  Server server({}, [](const ServerRequest& request, const Respond& respond) {
    if (request.method == "POST") throw std::runtime_error("ours");
    respond({});
  });
  server.start();
  RawClient client(server.port());
  client.say(post("/", "{}"));
  const auto answer = client.hear();
  EXPECT_EQ(answer.status, 500);
  EXPECT_NE(answer.body.find(R"("outcome":"unknown")"), std::string::npos) << answer.body;
  client.say(get);
  EXPECT_EQ(client.hear().status, 200);
}

TEST(Server, ADroppedRequestIsA500) {
  Server server({}, [](const ServerRequest&, const Respond&) {});
  server.start();
  RawClient client(server.port());
  client.say(get);
  EXPECT_EQ(client.hear().status, 500);
}

TEST(Server, AnUnsafeHeaderValueIsA500) {
  Server server({}, [](const ServerRequest&, const Respond& respond) {
    respond({302, "text/plain", "", {{"Location", "/a\r\nSet-Cookie: b=c"}}});
  });
  server.start();
  RawClient client(server.port());
  client.say(get);
  const auto answer = client.hear();
  EXPECT_EQ(answer.status, 500);
  EXPECT_FALSE(answer.has("Set-Cookie"));
}

TEST(Server, AHandlerWithoutAnAnswerIsA503) {
  Shelf shelf;
  ServerOptions options;
  options.answer_deadline = Duration{40};
  Server server(options, shelf.handler());
  server.start();
  RawClient client(server.port());
  client.say(get);
  const auto late = shelf.next();
  const auto answer = client.hear();
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.has("Retry-After: "));
  late({200, "text/plain", "too late"});
  client.say(get);
  shelf.next()({200, "text/plain", "mine"});
  EXPECT_EQ(client.hear().body, "mine");
}

TEST(Server, SaysWhichPortIsTaken) {
  Server first({}, echo);
  first.start();
  ServerOptions options;
  options.port = first.port();
  Server second(options, echo);
  try {
    second.start();
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string_view{error.what()}.find("127.0.0.1:" + std::to_string(first.port())), std::string::npos)
        << error.what();
  }
}

TEST(Server, DrainClosesIdleConnectionsAndRefusesNewOnes) {
  Server server({}, echo);
  server.start();
  RawClient idle(server.port());
  idle.say(get);
  idle.hear();
  EXPECT_TRUE(server.drain(Duration{30'000}));
  EXPECT_TRUE(idle.hears_end());
  EXPECT_FALSE(RawClient(server.port()).connected());
}

TEST(Server, DrainAnswersWhatIsInFlightAndSaysClose) {
  Shelf shelf;
  Server server({}, shelf.handler());
  server.start();
  RawClient client(server.port());
  client.say(get);
  const auto respond = shelf.next();
  EXPECT_FALSE(server.drain(Duration{1}));
  respond({200, "text/plain", "still served"});
  const auto answer = client.hear();
  EXPECT_EQ(answer.body, "still served");
  EXPECT_TRUE(answer.has("Connection: close\r\n"));
  EXPECT_TRUE(client.hears_end());
  client.stop_talking();
  EXPECT_TRUE(server.drain(Duration{30'000}));
}

TEST(Server, AnAnswerAfterStopGoesNowhere) {
  Shelf shelf;
  auto server = std::make_unique<Server>(ServerOptions{}, shelf.handler());
  server->start();
  RawClient client(server->port());
  client.say(get);
  const auto respond = shelf.next();
  server.reset();
  respond({200, "text/plain", "to nobody"});
  EXPECT_EQ(client.hear().status, 0);
}

TEST(Server, WhatFollowsAChunkedBodyIsNoHeaderOfTheRequest) {
  std::promise<ServerRequest> heard;
  Server server({}, [&](ServerRequest request, const Respond& respond) {
    heard.set_value(std::move(request));
    respond({});
  });
  server.start();
  RawClient client(server.port());
  client.say(
      "POST / HTTP/1.1\r\nHost: x\r\nTail: head\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
      "Tael-Token: smuggled\r\nTail: smuggled\r\n\r\n");
  EXPECT_EQ(client.hear().status, 200);
  const auto request = heard.get_future().get();
  EXPECT_EQ(request.body, "abc");
  EXPECT_EQ(find_header(request.headers, "tael-token"), nullptr);
  EXPECT_EQ(*find_header(request.headers, "tail"), "head");
}

TEST(Server, ATargetWithItsHostIsTheSameTarget) {
  Server server({}, [&](const ServerRequest& request, const Respond& respond) {
    respond({200, "text/plain", request.target});
  });
  server.start();
  RawClient client(server.port());
  for (const auto& [target, path] :
       std::vector<std::pair<std::string, std::string>>{{"http://pay.example/a%2Fb?c=http://d", "/a%2Fb?c=http://d"},
                                                        {"HTTPS://pay.example:443/", "/"},
                                                        {"http://pay.example", "/"},
                                                        {"http://pay.example?x=1", "/?x=1"}}) {
    client.say("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.hear().body, path) << target;
  }
}

TEST(Server, EveryAnswerSaysWhenItWasGiven) {
  Server server({}, [&](const ServerRequest&, const Respond& respond) { respond({204, "", ""}); });
  server.start();
  RawClient client(server.port());
  client.say(get);
  EXPECT_TRUE(client.hear().has("\r\nDate: "));
  client.say("nonsense\r\n\r\n");
  EXPECT_TRUE(client.hear().has("\r\nDate: "));
}

}  // namespace
}  // namespace tael
