// Answers that go on: what a reader sees, and what a slow, a leaving and a late one cost. Over real sockets.
#include "adapters/http/server.hpp"
#include "tests/adapters/http/raw_client.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace tael {
namespace {

using test::RawClient;
using namespace std::chrono_literals;

constexpr std::string_view get = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";

/// Answers every request with a stream and keeps its writing end for the test.
class Source {
 public:
  Handler handler() {
    return [this](const ServerRequest&, const Respond& respond) {
      ServerResponse response{200, "text/event-stream", ""};
      response.stream = [this](StreamRef stream) { streams_[began_++].set_value(std::move(stream)); };
      respond(std::move(response));
    };
  }
  StreamRef next() { return streams_[given_++].get_future().get(); }

 private:
  std::array<std::promise<StreamRef>, 4> streams_;
  std::size_t began_ = 0, given_ = 0;
};

/// Sends until the stream says that nobody listens; false when it never does.
bool ends_when_sent_to(Stream& stream, std::size_t bytes) {
  for (const auto deadline = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < deadline;) {
    if (!stream.send(std::string(bytes, 'x'))) return true;
    std::this_thread::yield();
  }
  return false;
}

TEST(ServerStream, IsHeardWhileItGoesOnAndInOrder) {
  Source source;
  Server server({}, source.handler());
  server.start();
  RawClient client(server.port());
  client.say(get);
  const auto head = client.hear(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.has("Transfer-Encoding: chunked"));
  EXPECT_TRUE(head.has("Connection: close"));
  EXPECT_FALSE(head.has("Content-Length"));
  auto stream = source.next();
  for (const auto* said : {"data: one\n\n", "data: two\n\n"}) {
    EXPECT_TRUE(stream->send(said));
    EXPECT_EQ(client.hear_chunk(), said);  // Heard before the next is said: nothing waits for the end.
  }
  stream->close();
  EXPECT_EQ(client.hear_chunk(), "");
  EXPECT_TRUE(client.hears_end());
}

TEST(ServerStream, WhatWasSentBeforeTheEndStillArrives) {
  Source source;
  Server server({}, source.handler());
  server.start();
  RawClient client(server.port());
  client.say(get);
  auto stream = source.next();
  std::string all;
  for (int i = 0; i < 100; ++i) {
    all += std::to_string(i) + ",";
    EXPECT_TRUE(stream->send(std::to_string(i) + ","));
  }
  stream.reset();  // Letting go of it ends it.
  client.hear(true);
  std::string heard;
  std::optional<std::string> chunk;
  while ((chunk = client.hear_chunk()) && !chunk->empty()) heard += *chunk;
  EXPECT_EQ(chunk, "");
  EXPECT_EQ(heard, all);
}

TEST(ServerStream, APeerOfHttp10HearsPlainBytesUntilTheEnd) {
  Source source;
  Server server({}, source.handler());
  server.start();
  RawClient client(server.port());
  client.say("GET /events HTTP/1.0\r\nHost: x\r\n\r\n");
  const auto head = client.hear(true);
  EXPECT_FALSE(head.has("Transfer-Encoding"));
  auto stream = source.next();
  stream->send("plain");
  stream->close();
  EXPECT_EQ(client.hear_all(), "plain");
}

TEST(ServerStream, HeadOfAStreamEndsAtOnce) {
  Source source;
  Server server({}, source.handler());
  server.start();
  RawClient client(server.port());
  client.say("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\nHEAD /events HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.hear(true).status, 200);
  EXPECT_EQ(client.hear(true).status, 200);
}

TEST(ServerStream, ASlowReaderIsCutOffAndHoldsNoMoreThanItsShare) {
  Source source;
  ServerOptions options;
  options.stream_bytes_max = 64 * 1024;
  Server server(options, source.handler());
  server.start();
  RawClient lazy(server.port());  // Never reads its answer.
  lazy.say(get);
  auto stream = source.next();
  EXPECT_TRUE(ends_when_sent_to(*stream, 16 * 1024));
  EXPECT_FALSE(stream->send("more"));
  RawClient other(server.port());
  other.say(get);
  EXPECT_EQ(other.hear(true).status, 200);
  auto well = source.next();
  EXPECT_TRUE(well->send("well"));
  EXPECT_EQ(other.hear_chunk(), "well");
}

TEST(ServerStream, KnowsWhenItsReaderHasLeft) {
  Source source;
  Server server({}, source.handler());
  server.start();
  auto client = std::make_unique<RawClient>(server.port());
  client->say(get);
  auto stream = source.next();
  client.reset();
  EXPECT_TRUE(ends_when_sent_to(*stream, 0));  // Without a byte on its way: the leaving itself is heard.
}

TEST(ServerStream, SilenceIsNoReasonToEndIt) {
  Source source;
  ServerOptions options;
  options.greeting_deadline = options.answer_deadline = options.body_deadline = options.idle_deadline = Duration{20};
  Server server(options, source.handler());
  server.start();
  RawClient idle(server.port()), client(server.port());
  client.say(get);
  client.hear(true);
  auto stream = source.next();
  EXPECT_TRUE(idle.hears_end());  // Every deadline has been looked at by now.
  EXPECT_TRUE(stream->send("still here"));
  EXPECT_EQ(client.hear_chunk(), "still here");
}

TEST(ServerStream, ADrainingServerEndsIt) {
  Source source;
  Server server({}, source.handler());
  server.start();
  RawClient client(server.port());
  client.say(get);
  client.hear(true);
  auto stream = source.next();
  EXPECT_TRUE(server.drain(Duration{60'000}));
  EXPECT_EQ(client.hear_chunk(), "");
  EXPECT_TRUE(ends_when_sent_to(*stream, 0));
}

TEST(ServerStream, OutlivesItsServerWithoutHarm) {
  Source source;
  auto server = std::make_unique<Server>(ServerOptions{}, source.handler());
  server->start();
  RawClient client(server->port());
  client.say(get);
  client.hear(true);
  auto stream = source.next();
  server.reset();
  stream->send("nobody hears it");
  stream->close();
  EXPECT_EQ(client.hear_chunk(), std::nullopt);
}

TEST(ServerStream, OneTooManyIsRefusedAndALeavingOneMakesRoom) {
  Source source;
  ServerOptions options;
  options.streams_max = 1;
  Server server(options, source.handler());
  server.start();
  RawClient first(server.port()), second(server.port());
  first.say(get);
  first.hear(true);
  auto stream = source.next();
  second.say(get);
  EXPECT_EQ(second.hear().status, 503);
  stream->close();
  EXPECT_EQ(first.hear_chunk(), "");
  EXPECT_TRUE(first.hears_end());
  second.say(get);
  EXPECT_EQ(second.hear(true).status, 200);
}

TEST(ServerStream, AWriterThatThrowsEndsIt) {
  Server server({}, [](const ServerRequest&, const Respond& respond) {
    ServerResponse response{200, "text/event-stream", ""};
    response.stream = [](const StreamRef&) { throw std::runtime_error("a mistake"); };
    respond(std::move(response));
  });
  server.start();
  RawClient client(server.port());
  client.say(get);
  EXPECT_EQ(client.hear(true).status, 200);
  EXPECT_EQ(client.hear_chunk(), "");
}

TEST(ServerStream, WritersOnManyThreadsLoseNothing) {
  Source source;
  ServerOptions options;
  options.stream_bytes_max = 1 << 20;
  Server server(options, source.handler());
  server.start();
  RawClient client(server.port());
  client.say(get);
  client.hear(true);
  auto stream = source.next();
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer)
    writers.emplace_back([stream] {
      for (int i = 0; i < 500; ++i) stream->send("0123456789");
    });
  for (auto& writer : writers) writer.join();
  stream->close();
  std::size_t heard = 0;
  std::optional<std::string> chunk;
  while ((chunk = client.hear_chunk()) && !chunk->empty()) heard += chunk->size();
  EXPECT_EQ(chunk, "");
  EXPECT_EQ(heard, 20'000U);
}

}  // namespace
}  // namespace tael
