// What a hostile or broken peer gets: a refusal it can read, and a closed connection.
#include "adapters/http/server.hpp"
#include "tests/adapters/http/raw_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <ostream>
#include <vector>

namespace tael {
namespace {

using test::RawClient;
using namespace std::string_literals;

struct Abuse {
  const char* name;
  std::string says;
  int hears;
};
std::ostream& operator<<(std::ostream& out, const Abuse& abuse) { return out << abuse.name; }

class ServerRefuses : public testing::TestWithParam<Abuse> {};

TEST_P(ServerRefuses, AndCloses) {
  Server server({}, [](const ServerRequest&, const Respond& respond) { respond({}); });
  server.start();
  RawClient client(server.port());
  client.say(GetParam().says);
  const auto answer = client.hear();
  EXPECT_EQ(answer.status, GetParam().hears) << answer.body;
  if (answer.status >= 400) {
    EXPECT_TRUE(answer.has("Connection: close\r\n"));
    EXPECT_TRUE(answer.has("application/problem+json"));
    client.stop_talking();
    EXPECT_TRUE(client.hears_end());
  }
}

std::string with(const std::string& headers, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

std::string many_headers(int count) {
  std::string headers;
  for (int i = 0; i < count; ++i) headers += "A" + std::to_string(i) + ": b\r\n";
  return with(headers);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Abuse, ServerRefuses, testing::Values(
  Abuse{"Nothing",                with(""), 200},
  Abuse{"EmptyLineBefore",        "\r\n" + with(""), 200},
  Abuse{"LengthAndChunked",       with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
  Abuse{"ChunkedAndLength",       with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400},
  Abuse{"TwoLengths",             with("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), 400},
  Abuse{"TheSameLengthTwice",     with("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), 400},
  Abuse{"LengthList",             with("Content-Length: 1, 1\r\n", "a"), 400},
  Abuse{"SignedLength",           with("Content-Length: +1\r\n", "a"), 400},
  Abuse{"NegativeLength",         with("Content-Length: -1\r\n", "a"), 400},
  Abuse{"HexLength",              with("Content-Length: 0x1\r\n", "a"), 400},
  Abuse{"OtherEncoding",          with("Transfer-Encoding: gzip\r\n"), 400},
  Abuse{"DisguisedEncoding",      with("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400},
  Abuse{"EncodingList",           with("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400},
  Abuse{"EncodingTwice",          with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
  Abuse{"ChunkedInHttp10",        "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
  Abuse{"NegativeChunk",          with("Transfer-Encoding: chunked\r\n", "-1\r\n\r\n"), 400},
  Abuse{"HugeChunkSize",          with("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n"), 400},
  Abuse{"SpaceBeforeColon",       with("Content-Length : 1\r\n", "a"), 400},
  Abuse{"NulInHeader",            with("A: b\0c\r\n"s), 400},
  Abuse{"BareLineFeed",           "GET / HTTP/1.1\nHost: x\n\n", 400},
  Abuse{"BareCarriageReturn",     with("A: b\rc\r\n"), 400},
  Abuse{"FoldedLine",             with("A: b\r\n c\r\n"), 400},
  Abuse{"NoHost",                 "GET / HTTP/1.1\r\n\r\n", 400},
  Abuse{"TwoHosts",               "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
  Abuse{"NoColon",                with("nonsense\r\n"), 400},
  Abuse{"NoVersion",              "GET /\r\nHost: x\r\n\r\n", 400},
  Abuse{"OtherVersion",           "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400},
  Abuse{"NotHttp",                "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n"s, 400},
  Abuse{"ProxyForm",              "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 200},
  Abuse{"ProxyFormWithoutHost",   "GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
  Abuse{"ProxyFormWithUser",      "GET http://a@x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
  Abuse{"OtherScheme",            "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
  Abuse{"OldWithoutHost",         "GET / HTTP/1.0\r\n\r\n", 200},
  Abuse{"OldWithTwoHosts",        "GET / HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n", 400},
  Abuse{"TwoIdempotencyKeys",     with("Idempotency-Key: a\r\nIdempotency-Key: a\r\n"), 400},
  Abuse{"TwoAdminTokens",         with("Tael-Admin-Token: a\r\nTAEL-ADMIN-TOKEN: b\r\n"), 400},
  Abuse{"TwoBusinesses",          with("Tael-Business: a\r\nX: y\r\nTael-Business: b\r\n"), 400},
  Abuse{"TwoAuthorizations",      with("Authorization: Basic YQ==\r\nAuthorization: Basic Yg==\r\n"), 400},
  Abuse{"TwoContentTypes",        with("Content-Type: application/json\r\nContent-Type: text/plain\r\n"), 400},
  Abuse{"AListInTwoLines",        with("Accept: a/b\r\nAccept: c/d\r\n"), 200},
  Abuse{"Connect",                "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
  Abuse{"OtherExpectation",       with("Expect: miracles\r\nContent-Length: 1\r\n", "a"), 417},
  Abuse{"LongHeader",             with("A: " + std::string(100'000, 'b') + "\r\n"), 431},
  Abuse{"LongTarget",             "GET /" + std::string(100'000, 'b') + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
  Abuse{"ManyHeaders",            many_headers(5'000), 431},
  Abuse{"JustTooManyHeaders",     many_headers(64), 431},
  Abuse{"JustEnoughHeaders",      many_headers(63), 200},
  Abuse{"AnnouncedTooLarge",      with("Content-Length: 65537\r\n"), 413},
  Abuse{"SentTooLarge",           with("Content-Length: 10000000\r\n", std::string(1'000'000, 'a')), 413},
  Abuse{"ChunkedTooLarge",        with("Transfer-Encoding: chunked\r\n", "f4240\r\n" + std::string(1'000'000, 'a')), 413},
  Abuse{"EndlessChunkHead",       with("Transfer-Encoding: chunked\r\n", "1;" + std::string(100'000, 'a')), 400}),
  [](const auto& param) { return std::string{param.param.name}; });
// clang-format on

TEST(ServerAbuse, APeerThatStallsInTheHeadIsCut) {
  ServerOptions options;
  options.header_deadline = Duration{40};
  Server server(options, [](const ServerRequest&, const Respond& respond) { respond({}); });
  server.start();
  RawClient client(server.port());
  client.say("GET / HTTP/1.1\r\nHo");
  EXPECT_EQ(client.hear().status, 408);
  client.stop_talking();
  EXPECT_TRUE(client.hears_end());
}

TEST(ServerAbuse, APeerThatStallsInTheBodyIsCut) {
  ServerOptions options;
  options.body_deadline = Duration{40};
  Server server(options, [](const ServerRequest&, const Respond& respond) { respond({}); });
  server.start();
  RawClient client(server.port());
  client.say(with("Content-Length: 10\r\n", "abc"));
  EXPECT_EQ(client.hear().status, 408);
}

TEST(ServerAbuse, APeerThatSaysNothingIsCutWithoutAWord) {
  ServerOptions options;
  options.greeting_deadline = Duration{40};
  Server server(options, [](const ServerRequest&, const Respond& respond) { respond({}); });
  server.start();
  EXPECT_TRUE(RawClient(server.port()).hears_end());
}

TEST(ServerAbuse, SlowPeersDoNotKeepOthersWaiting) {
  Server server({}, [](const ServerRequest&, const Respond& respond) { respond({}); });
  server.start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 100; ++i) slow.push_back(std::make_unique<RawClient>(server.port()));
  for (auto& client : slow) client->say("GET / HTTP/1.1\r\n");
  RawClient good(server.port());
  good.say(with(""));
  EXPECT_EQ(good.hear().status, 200);
}

/// Takes requests and answers them when it is told to.
struct Busy {
  explicit Busy(ServerOptions options)
      : server(std::move(options), [this](const ServerRequest&, const Respond& respond) {
          if (holds) return held.set_value(respond);
          respond({});
        }) {
    server.start();
  }
  /// A connection whose request is being worked on.
  std::unique_ptr<RawClient> at_work(Respond& respond) {
    holds = true;
    auto client = std::make_unique<RawClient>(server.port());
    client->say(with(""));
    respond = held.get_future().get();
    holds = false;
    return client;
  }
  std::atomic<bool> holds = false;
  std::promise<Respond> held;
  Server server;
};

TEST(ServerAbuse, OneConnectionTooManyIsToldThatNothingWasDone) {
  ServerOptions options;
  options.connections_max = 1;
  Busy busy(options);
  Respond respond;
  const auto first = busy.at_work(respond);
  const auto second = RawClient(busy.server.port()).hear();
  EXPECT_EQ(second.status, 503);
  EXPECT_NE(second.body.find(R"("outcome":"not_sent")"), std::string::npos) << second.body;
  EXPECT_TRUE(second.has("Date: ")) << second.head;
  respond({});
  EXPECT_EQ(first->hear().status, 200);
}

TEST(ServerAbuse, SilentPeersDoNotKeepOthersOut) {
  ServerOptions options;
  options.connections_max = 3;
  Busy busy(options);
  Respond respond;
  const auto working = busy.at_work(respond);
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 20; ++i) silent.push_back(std::make_unique<RawClient>(busy.server.port()));
  RawClient newcomer(busy.server.port());
  newcomer.say(with(""));
  EXPECT_EQ(newcomer.hear().status, 200);
  EXPECT_TRUE(silent.front()->hears_end()) << "the longest silent one went first";
  respond({});
  EXPECT_EQ(working->hear().status, 200) << "who is worked for stays";
}

TEST(ServerAbuse, WhoSaysNothingAtAllHasLessTimeThanWhoAskedBefore) {
  ServerOptions options;
  options.greeting_deadline = Duration{40};
  Server server(options, [](const ServerRequest&, const Respond& respond) { respond({}); });
  server.start();
  RawClient known(server.port());
  known.say(with(""));
  EXPECT_EQ(known.hear().status, 200);
  EXPECT_TRUE(RawClient(server.port()).hears_end());
  known.say(with(""));
  EXPECT_EQ(known.hear().status, 200);
}

TEST(ServerAbuse, AnAnswerThatGoesOnTakesNoPlaceOfOthers) {
  ServerOptions options;
  options.connections_max = options.streams_max = options.per_address_max = 2;
  std::vector<StreamRef> streams;
  Server server(options, [&](const ServerRequest& request, const Respond& respond) {
    ServerResponse response;
    if (request.target == "/events")
      response.stream = [&](const StreamRef& stream) {
        streams.push_back(stream);
        stream->send("here");
      };
    respond(response);
  });
  server.start();
  std::vector<std::unique_ptr<RawClient>> listening;
  for (int i = 0; i < 2; ++i) {
    auto& client = listening.emplace_back(std::make_unique<RawClient>(server.port()));
    client->say("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client->hear().status, 200);
    EXPECT_EQ(client->hear_chunk(), "here");
  }
  RawClient one(server.port()), other(server.port());
  for (auto* client : {&one, &other}) {
    client->say(with(""));
    EXPECT_EQ(client->hear().status, 200);
  }
  one.say("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto refused = one.hear();
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.body.find(R"("outcome":"not_sent")"), std::string::npos) << refused.body;
  server.stop();
}

}  // namespace
}  // namespace tael
