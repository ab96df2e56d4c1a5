// How far a call came, told apart over real sockets: the difference decides whether money may have moved.
#include "adapters/http/client.hpp"

#include "adapters/http/server.hpp"
#include "adapters/http/transfer.hpp"
#include "tests/adapters/http/raw_server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace tael {
namespace {

using test::RawServer;

HttpAnswer ask(HttpClient& client, HttpCall call) {
  std::promise<HttpAnswer> heard;
  client.send(std::move(call), [&](HttpAnswer answer) { heard.set_value(std::move(answer)); });
  return heard.get_future().get();
}

HttpCall post_to(std::uint16_t port, std::string body = "{}") {
  HttpCall call;
  call.url = "http://127.0.0.1:" + std::to_string(port) + "/pay";
  call.body = std::move(body);
  call.deadline = Duration{30'000};
  return call;
}

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST(CurlClient, SendsExactlyWhatItWasGiven) {
  std::promise<ServerRequest> heard;
  Server server({}, [&](ServerRequest request, const Respond& respond) {
    heard.set_value(std::move(request));
    respond({202, "text/plain", "yes", {{"Wechatpay-Nonce", "n"}}});
  });
  server.start();
  CurlClient client;
  auto call = post_to(server.port(), "\x01{\"a\":1}");
  call.url += "/a%2Fb/../c?d=%20";
  call.headers = {{"Authorization", "Key abc"}, {"X-Empty", ""}};
  const auto answer = ask(client, call);
  const auto request = heard.get_future().get();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/pay/a%2Fb/../c?d=%20");
  EXPECT_EQ(request.body, call.body);
  EXPECT_EQ(*find_header(request.headers, "authorization"), "Key abc");
  EXPECT_EQ(*find_header(request.headers, "x-empty"), "");
  EXPECT_EQ(*find_header(request.headers, "user-agent"), "tael");
  EXPECT_EQ(find_header(request.headers, "expect"), nullptr);
  EXPECT_EQ(find_header(request.headers, "content-type"), nullptr);
  EXPECT_EQ(answer.transport, Transport::answered);
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body, "yes");
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(*find_header(answer.headers, "wechatpay-nonce"), "n");
}

TEST(CurlClient, SpeaksEveryMethodOnOneHandle) {
  Server server({}, [](const ServerRequest& request, const Respond& respond) {
    respond({200, "text/plain", request.method + request.body});
  });
  server.start();
  CurlClient client;
  for (const std::string method : {"POST", "GET", "HEAD", "PUT", "GET", "DELETE", "HEAD", "POST"}) {
    auto call = post_to(server.port(), "");
    call.method = method;
    const auto answer = ask(client, call);
    EXPECT_EQ(answer.status, 200) << method << " " << answer.error;
    EXPECT_EQ(answer.body, method == "HEAD" ? "" : method);
  }
}

TEST(CurlClient, ADeclineOrAnErrorOfTheOtherSideIsAnAnswer) {
  Server server({}, [](const ServerRequest&, const Respond& respond) { respond({503, "text/plain", "no"}); });
  server.start();
  CurlClient client;
  const auto answer = ask(client, post_to(server.port()));
  EXPECT_EQ(answer.transport, Transport::answered);
  EXPECT_EQ(answer.status, 503);
}

TEST(CurlClient, FollowsNoRedirect) {
  std::atomic<int> asked = 0;
  Server server({}, [&](const ServerRequest&, const Respond& respond) {
    ++asked;
    respond({302, "text/plain", "", {{"Location", "/elsewhere"}}});
  });
  server.start();
  CurlClient client;
  EXPECT_EQ(ask(client, post_to(server.port())).status, 302);
  EXPECT_EQ(asked, 1);
}

TEST(CurlClient, ARefusedConnectionIsNotSent) {
  std::uint16_t port = 0;
  { port = RawServer(RawServer::close_at_once).port(); }
  CurlClient client;
  const auto answer = ask(client, post_to(port));
  EXPECT_EQ(answer.transport, Transport::not_sent);
  EXPECT_NE(answer.error, "");
}

TEST(CurlClient, AnUnknownHostIsNotSent) {
  CurlClient client;
  auto call = post_to(1);
  call.url = "http://nowhere.invalid/";
  EXPECT_EQ(ask(client, call).transport, Transport::not_sent);
}

TEST(CurlClient, WhatMustNotBeSentIsNotSent) {
  CurlClient client;
  auto file = post_to(1);
  file.url = "file:///etc/passwd";
  EXPECT_EQ(ask(client, file).transport, Transport::not_sent);
  auto split = post_to(1);
  split.headers = {{"A", "b\r\nC: d"}};
  EXPECT_EQ(ask(client, split).error, "malformed header");
  auto method = post_to(1);
  method.method = "GET / HTTP/1.1\r\n";
  EXPECT_EQ(ask(client, method).error, "malformed method");
}

TEST(CurlClient, ATlsHandshakeWithAPlainServerIsNotSent) {
  RawServer server([](RawServer::Peer& peer) { peer.say("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  CurlClient client;
  auto call = post_to(server.port());
  call.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
  EXPECT_EQ(ask(client, call).transport, Transport::not_sent);
}

TEST(CurlClient, AHandshakeThatNeverEndsIsNotSent) {
  RawServer server([](RawServer::Peer& peer) { peer.wait_for_end(); });
  CurlClient client;
  auto call = post_to(server.port());
  call.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
  call.deadline = Duration{100};
  EXPECT_EQ(ask(client, call).transport, Transport::not_sent);
}

/// A proxy that hears one request, says its word, and leaves.
struct Proxy {
  explicit Proxy(std::string says)
      : server([this, word = std::move(says)](RawServer::Peer& peer) {
          char head[4'096];
          const auto size = ::recv(peer.fd(), head, sizeof head, 0);
          peer.say(word);
          heard.set_value({head, static_cast<std::size_t>(std::max<ssize_t>(size, 0))});
        }) {}
  ClientOptions options() const {
    ClientOptions made;
    made.proxy = "http://127.0.0.1:" + std::to_string(server.port());
    return made;
  }
  std::promise<std::string> heard;
  RawServer server;
};

TEST(CurlClient, GoesThroughTheProxyItIsToldOf) {
  Proxy proxy{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"};
  CurlClient client{proxy.options()};
  auto call = post_to(1);
  call.url = "http://bank.invalid/pay";
  const auto answer = ask(client, call);
  EXPECT_EQ(answer.body, "ok") << answer.error;
  EXPECT_TRUE(proxy.heard.get_future().get().starts_with("POST http://bank.invalid/pay HTTP/1.1\r\n"));
}

TEST(CurlClient, ATunnelThatTheProxyRefusesIsNotSent) {
  Proxy proxy{"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"};
  CurlClient client{proxy.options()};
  auto call = post_to(1);
  call.url = "https://bank.invalid/pay";
  EXPECT_EQ(ask(client, call).transport, Transport::not_sent);
  EXPECT_TRUE(proxy.heard.get_future().get().starts_with("CONNECT bank.invalid:443 HTTP/1.1\r\n"));
}

TEST(CurlClient, KnowsWhoIsExceptedFromTheProxy) {
  const std::vector<std::string> excepted{"bank.example", ".inner", "10.1.0.0/16"};
  for (const auto* host : {"bank.example", "pay.bank.example", "a.inner", "inner", "10.1.2.3"})
    EXPECT_TRUE(http::is_excepted(host, excepted)) << host;
  for (const auto* host : {"otherbank.example", "bank.example.org", "dinner", "10.2.0.1", ""})
    EXPECT_FALSE(http::is_excepted(host, excepted)) << host;
}

TEST(CurlClient, CallsAnExceptedHostPastTheProxy) {
  Server server({}, [](const ServerRequest&, const Respond& respond) { respond({200, "text/plain", "directly"}); });
  server.start();
  ClientOptions options;
  options.proxy = "http://nowhere.invalid:3128";
  CurlClient lost{options};
  EXPECT_EQ(ask(lost, post_to(server.port())).transport, Transport::not_sent);
  options.no_proxy = {"localhost", "127.0.0.1"};
  CurlClient client{options};
  EXPECT_EQ(ask(client, post_to(server.port())).body, "directly");
}

TEST(CurlClient, APeerThatReadsAndClosesLeavesUsInDoubt) {
  RawServer server([](RawServer::Peer& peer) { peer.hear_request(); });
  CurlClient client;
  EXPECT_EQ(ask(client, post_to(server.port())).transport, Transport::unknown);
  EXPECT_EQ(server.requests(), 1);
}

TEST(CurlClient, ALostAnswerOnAReusedConnectionDoesNotSendASecondPost) {
  for (const std::string body : {"{\"amount\":2500}", ""}) {
    RawServer server([](RawServer::Peer& peer) {
      if (peer.hear_request()) peer.say(ok);
      peer.hear_request();  // On the same connection, and never answered.
    });
    CurlClient client;
    EXPECT_EQ(ask(client, post_to(server.port(), body)).transport, Transport::answered);
    const auto lost = ask(client, post_to(server.port(), body));
    EXPECT_EQ(lost.transport, Transport::unknown) << lost.error;
    EXPECT_EQ(server.requests(), 2);
  }
}

TEST(CurlClient, ALostAnswerAtAPortThatClosesSpoilsNoLaterCall) {
  RawServer* dying = nullptr;
  std::promise<void> made;
  RawServer server([&, ready = made.get_future().share()](RawServer::Peer& peer) {
    ready.wait();
    if (peer.hear_request()) peer.say(ok);
    if (peer.hear_request()) dying->stop_listening();
  });
  dying = &server;
  made.set_value();
  RawServer healthy([](RawServer::Peer& peer) {
    while (peer.hear_request()) peer.say(ok);
  });
  CurlClient client;
  EXPECT_EQ(ask(client, post_to(server.port())).transport, Transport::answered);
  EXPECT_EQ(ask(client, post_to(server.port())).transport, Transport::unknown);
  EXPECT_EQ(ask(client, post_to(healthy.port())).transport, Transport::answered);
  const auto later = ask(client, post_to(healthy.port()));
  EXPECT_EQ(later.transport, Transport::answered) << later.error;
}

TEST(CurlClient, AGetIsNotRepeatedEither) {
  RawServer server([](RawServer::Peer& peer) {
    if (peer.hear_request()) peer.say(ok);
    peer.hear_request();
  });
  CurlClient client;
  auto call = post_to(server.port(), "");
  call.method = "GET";
  EXPECT_EQ(ask(client, call).transport, Transport::answered);
  EXPECT_EQ(ask(client, call).transport, Transport::unknown);
  EXPECT_EQ(server.requests(), 2);
}

TEST(CurlClient, ACutAnswerLeavesUsInDoubt) {
  RawServer server([](RawServer::Peer& peer) {
    peer.hear_request();
    peer.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"state\":");
  });
  CurlClient client;
  const auto answer = ask(client, post_to(server.port()));
  EXPECT_EQ(answer.transport, Transport::unknown);
  EXPECT_EQ(answer.body, "");
}

TEST(CurlClient, ADeadlineAfterSendingLeavesUsInDoubt) {
  RawServer server([](RawServer::Peer& peer) {
    peer.hear_request();
    peer.wait_for_end();
  });
  CurlClient client;
  auto call = post_to(server.port());
  call.deadline = Duration{100};
  EXPECT_EQ(ask(client, call).transport, Transport::unknown);
}

TEST(CurlClient, AnAnswerBeyondItsLimitLeavesUsInDoubt) {
  Server server({}, [](const ServerRequest&, const Respond& respond) { respond({200, "", std::string(1'000, 'a')}); });
  server.start();
  CurlClient client;
  auto call = post_to(server.port());
  call.answer_bytes_max = 999;
  const auto answer = ask(client, call);
  EXPECT_EQ(answer.transport, Transport::unknown);
  EXPECT_EQ(answer.error, "the answer is too large");
  call.answer_bytes_max = 1'000;
  EXPECT_EQ(ask(client, call).transport, Transport::answered);
}

TEST(CurlClient, ReusesConnections) {
  RawServer server([](RawServer::Peer& peer) {
    while (peer.hear_request()) peer.say(ok);
  });
  CurlClient client;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask(client, post_to(server.port())).body, "ok");
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlClient, CarriesManyCallsAtOnceAndEachHearsItsOwnAnswer) {
  Server server({}, [](const ServerRequest& request, const Respond& respond) { respond({200, "", request.body}); });
  server.start();
  CurlClient client({.connections_per_host_max = 32});
  constexpr int calls = 2'000;
  std::atomic<int> right = 0, left = calls;
  std::promise<void> all;
  for (int i = 0; i < calls; ++i)
    client.send(post_to(server.port(), std::to_string(i)), [&, i](const HttpAnswer& answer) {
      if (answer.body == std::to_string(i)) ++right;
      if (--left == 0) all.set_value();
    });
  all.get_future().get();
  EXPECT_EQ(right, calls);
}

TEST(CurlClient, MayBeCalledFromItsOwnAnswer) {
  Server server({}, [](const ServerRequest&, const Respond& respond) { respond({}); });
  server.start();
  CurlClient client;
  std::promise<int> second;
  client.send(post_to(server.port()), [&](const HttpAnswer&) {
    client.send(post_to(server.port()), [&](const HttpAnswer& answer) { second.set_value(answer.status); });
  });
  EXPECT_EQ(second.get_future().get(), 200);
}

TEST(CurlClient, ShuttingDownEndsEveryCallAsUnknown) {
  RawServer server([](RawServer::Peer& peer) {
    peer.hear_request();
    peer.wait_for_end();
  });
  std::vector<Transport> ends;
  {
    CurlClient client;
    for (int i = 0; i < 5; ++i)
      client.send(post_to(server.port()), [&](const HttpAnswer& answer) { ends.push_back(answer.transport); });
    server.wait_for_requests(1);
  }
  EXPECT_EQ(ends, std::vector(5, Transport::unknown));
}

}  // namespace
}  // namespace tael
