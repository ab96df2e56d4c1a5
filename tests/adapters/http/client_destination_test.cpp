// Where a client goes whose addresses strangers choose, over real sockets.
#include "adapters/http/client.hpp"
#include "adapters/http/server.hpp"
#include "tests/adapters/http/raw_server.hpp"

#include <gtest/gtest.h>

#include <future>

namespace tael {
namespace {

using test::RawServer;

HttpAnswer ask(HttpClient& client, HttpCall call) {
  std::promise<HttpAnswer> heard;
  client.send(std::move(call), [&](HttpAnswer answer) { heard.set_value(std::move(answer)); });
  return heard.get_future().get();
}

HttpCall post_to(std::uint16_t port) {
  HttpCall call;
  call.url = "http://127.0.0.1:" + std::to_string(port) + "/notices";
  call.body = "{}";
  call.deadline = Duration{30'000};
  return call;
}

ClientOptions only_to(std::vector<std::string> allowed, std::uint16_t operators_port = 0) {
  ClientOptions options;
  options.destinations = std::make_shared<const Destinations>(allowed, operators_port);
  return options;
}

TEST(CurlClientForStrangers, DoesNotCallThisMachineForStrangersInWhateverSpelling) {
  RawServer server(RawServer::close_at_once);
  CurlClient client{only_to({})};
  const auto port = ":" + std::to_string(server.port()) + "/";
  for (const std::string host : {"127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0", "localhost", "[::1]",
                                 "[::ffff:127.0.0.1]", "127.0.0.1.", "x@127.0.0.1", "169.254.169.254"}) {
    auto call = post_to(1);
    call.url = "http://" + host + port;
    const auto answer = ask(client, call);
    EXPECT_EQ(answer.transport, Transport::not_sent) << host;
    EXPECT_TRUE(answer.barred) << host << ": " << answer.error;
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlClientForStrangers, JudgesTheAddressItConnectsToAndNotTheName) {
  Server server({}, [](const ServerRequest&, const Respond& respond) { respond({}); });
  server.start();
  auto call = post_to(server.port());
  call.url = "http://localhost:" + std::to_string(server.port()) + "/";
  // Of the two that `localhost` may lead to nobody is allowed where the server is.
  CurlClient elsewhere{only_to({"::1"})};
  EXPECT_EQ(ask(elsewhere, call).transport, Transport::not_sent);
  CurlClient by_address{only_to({"127.0.0.0/8"})};
  EXPECT_EQ(ask(by_address, call).status, 200);
  CurlClient by_name{only_to({"localhost"})};
  EXPECT_EQ(ask(by_name, call).status, 200);
}

TEST(CurlClientForStrangers, DoesNotCallTheOperatorsForStrangersEvenWhereTheMachineIsAllowed) {
  RawServer server(RawServer::close_at_once);
  CurlClient client{only_to({"127.0.0.1", "localhost"}, server.port())};
  const auto answer = ask(client, post_to(server.port()));
  EXPECT_TRUE(answer.barred) << answer.error;
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlClientForStrangers, ARedirectToAnotherAddressIsAnAnswerAndNotFollowed) {
  RawServer inside(RawServer::close_at_once);
  Server server({}, [&](const ServerRequest&, const Respond& respond) {
    respond({302, "", "", {{"Location", "http://127.0.0.2:" + std::to_string(inside.port()) + "/"}}});
  });
  server.start();
  CurlClient client{only_to({"127.0.0.1"})};
  EXPECT_EQ(ask(client, post_to(server.port())).status, 302);
  EXPECT_EQ(inside.connections(), 0);
}

TEST(CurlClientForStrangers, AskedOfAProxyWhatThatSeesForItselfIsStillRefused) {
  Server proxy({}, [](const ServerRequest& request, const Respond& respond) {
    respond({200, "text/plain", "by proxy " + request.target});
  });
  proxy.start();
  auto options = only_to({});
  options.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
  CurlClient client{options};
  auto call = post_to(1);
  EXPECT_TRUE(ask(client, call).barred);
  call.url = "http://bank.invalid/pay";  // The proxy itself stands on this machine, and is called.
  EXPECT_EQ(ask(client, call).body, "by proxy /pay");
}

}  // namespace
}  // namespace tael
