// HTTP in. One thread of its own reads, refuses what is ambiguous, oversized or slow, and hands whole requests to a
// handler; whoever holds `Respond` answers, once, from any thread. Requests of one connection are answered in order.
// Knows nothing of routes, JSON or orders.
#pragma once

#include "actors/domain/time.hpp"
#include "actors/ports/http_client.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tael {

struct ServerRequest {
  std::string method;
  std::string target;   ///< Path and query, exactly as sent; without the host that may stand before them.
  HttpHeaders headers;  ///< Names in lower case, in the order sent. Trailers are none.
  std::string body;     ///< The raw bytes, without chunking.
  std::string remote;   ///< The peer's address, without port.
};

/// The value of the first header called `name` (lower case); null when there is none.
const std::string* find_header(const HttpHeaders& headers, std::string_view name);

/// The writing end of an answer that goes on, for example server-sent events. Any thread may call it. When the last
/// reference is dropped the answer ends.
class Stream {
 public:
  virtual ~Stream() = default;
  /// Sends after what was sent before. False when the peer has gone, or was cut off because it reads too slowly:
  /// then nothing is sent any more.
  virtual bool send(std::string bytes) = 0;
  /// Ends the answer after what was sent.
  virtual void close() = 0;
  /// Breaks the connection where it stands, as a machine that dies would: the peer sees a reset.
  virtual void cut() = 0;
};
using StreamRef = std::shared_ptr<Stream>;

struct ServerResponse {
  int status = 200;  ///< 0 closes the connection without an answer, as a broken peer would.
  std::string content_type = "application/json";
  std::string body;
  HttpHeaders headers{};  ///< Further ones; a value with a control character turns the answer into a 500.
  /// Instead of `body`: called once, on the server's thread, when the head is on its way. Must not block. A stream
  /// is the last answer of its connection.
  std::function<void(StreamRef)> stream{};
};

/// Answers one request. Any thread may call it; calls after the first are ignored. When the last copy is dropped
/// without a call the request is answered with 500, so a lost request never hangs.
using Respond = std::function<void(ServerResponse)>;

/// Called on the server's thread: must not block. A throw is answered with 500.
using Handler = std::function<void(ServerRequest, Respond)>;

/// Renders what the server itself refuses: 400, 408, 413, 417, 431, 500, 503. What was not handed on had no effect.
using RenderRefusal = std::function<ServerResponse(int status, std::string_view why, bool was_handed_on)>;

/// An RFC 9457 document with the members the API promises, for refusals that never reach a route.
ServerResponse plain_refusal(int status, std::string_view why, bool was_handed_on = false);

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one, see `Server::port`.
  std::size_t header_bytes_max = 16'384;
  std::size_t headers_max = 64;
  std::size_t body_bytes_max = 65'536;
  Duration header_deadline{5'000};    ///< From a request's first byte to its empty line.
  Duration body_deadline{10'000};     ///< From the empty line to the last byte; also for the peer to read an answer.
  Duration greeting_deadline{5'000};  ///< For the first byte of a new connection.
  Duration idle_deadline{60'000};     ///< Between two requests.
  Duration answer_deadline{30'000};   ///< For the handler; after it the peer hears 503.
  Duration linger_deadline{2'000};    ///< How long a refused peer may go on talking so that it sees the refusal.
  /// Beside answers that go on. A newcomer beyond them takes the place of the peer that has been silent the longest;
  /// without one it is refused with 503.
  std::size_t connections_max = 4'096;
  std::size_t per_address_max = 4'096;     ///< Of those, and of streams: beyond it a newcomer finds no other's place.
  std::size_t streams_max = 1'024;         ///< Answers that go on; more are refused with 503.
  std::size_t stream_bytes_max = 262'144;  ///< Sent and not yet taken by the peer; one that is slower is cut off.
  RenderRefusal render_refusal = plain_refusal;
};

class Server {
 public:
  Server(ServerOptions options, Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Listens and returns. Throws std::runtime_error naming address, port and reason when it cannot.
  void start();
  /// The port listened on; 0 before `start`.
  std::uint16_t port() const;
  /// Stops accepting, closes idle connections, answers what is in flight with `Connection: close`. Blocks until
  /// the last connection has gone or `patience` is over; true when all went in time.
  bool drain(Duration patience);
  /// Ends at once. Answers given later go nowhere. Called by the destructor.
  void stop();

 private:
  struct Life;
  ServerOptions options_;
  Handler handler_;
  std::unique_ptr<Life> life_;
  std::uint16_t port_ = 0;
};

}  // namespace tael
