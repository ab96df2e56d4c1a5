// One connection's life: read a request, hand it on, write the answer, again. Everything here runs on the server's
// one thread; only `Exchange::answer` may be called from elsewhere. Includes Asio: for session.cpp and server.cpp only.
#pragma once

#include "adapters/http/response_text.hpp"
#include "adapters/http/server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace tael::http {

namespace net = boost::asio;
using SteadyTime = std::chrono::steady_clock::time_point;

/// The way from other threads into the loop; null once the server has stopped.
struct Gate {
  std::mutex mutex;
  net::io_context* loop = nullptr;
};

/// What every session of one server shares. Outlives them.
struct House {
  const ServerOptions& options;
  const Handler& handler;
  std::shared_ptr<Gate> gate;
  bool draining = false;
  std::size_t streams = 0;                                       ///< Answers going on.
  std::unordered_map<std::string, std::size_t> streams_of = {};  ///< By the peer's address.
};

/// What the two ends of a stream share.
struct Flow {
  std::atomic<std::size_t> unsent{0};
  std::atomic<bool> is_over{false};  ///< The peer has gone, or the answer has ended.
};

/// A request the server will not hand on. `status` 0: the peer has gone and hears nothing.
struct Refusing {
  int status = 0;
  std::string_view why;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(net::ip::tcp::socket socket, House& house);

  net::awaitable<void> run();
  /// Ends or refuses whatever is past its deadline.
  void sweep(SteadyTime now);
  /// When its peer was last heard, while it is the peer's turn to say something; nothing while an answer is under way.
  std::optional<SteadyTime> silent_since() const;
  /// Ends the connection without a word, to make room.
  void leave();
  bool is_streaming() const { return phase_ == Phase::stream; }
  const std::string& remote() const { return remote_; }
  /// Ends the connection if it is idle; otherwise its current request is its last.
  void drain();
  void hear_answer(std::uint64_t exchange, ServerResponse response);
  void hear_bytes(std::uint64_t exchange, std::string bytes);
  /// `at_once`: what waits to be sent is forgotten and the peer sees a broken connection.
  void hear_end(std::uint64_t exchange, bool at_once);
  void hear_cut(std::uint64_t exchange);

 private:
  enum class Phase { idle, header, body, answer, write, stream, linger };
  struct Incoming;

  net::awaitable<bool> serve_one();
  net::awaitable<std::optional<Refusing>> read_head(Incoming& incoming);
  net::awaitable<std::optional<Refusing>> read_body(Incoming& incoming);
  net::awaitable<ServerResponse> ask_handler(ServerRequest request);
  net::awaitable<bool> write(ServerResponse response, Framing framing);
  net::awaitable<void> stream(ServerResponse response, Framing framing);
  net::awaitable<void> send_all(const std::shared_ptr<Flow>& flow, Framing framing);
  net::awaitable<void> watch_for_leaving(std::shared_ptr<Flow> flow);
  net::awaitable<void> linger();
  net::awaitable<bool> fill();
  void enter(Phase phase);
  bool is_idle() const;
  Refusing silence() const;

  net::ip::tcp::socket socket_;
  House& house_;
  net::steady_timer answered_;  ///< Never expires; cancelled when the answer is there.
  std::string remote_;
  std::string received_;  ///< Bytes read and not yet consumed.
  std::optional<ServerResponse> answer_;
  std::string to_send_;         ///< Of a stream.
  bool stream_ends_ = false;    ///< After `to_send_`.
  std::uint64_t exchange_ = 0;  ///< Number of the current request, so that a late answer meets none.
  Phase phase_ = Phase::idle;
  SteadyTime deadline_{};
  bool timed_out_ = false;
  bool has_spoken_ = false;  ///< Asked something, and was handed on.
  SteadyTime heard_at_ = std::chrono::steady_clock::now();
};

/// The writing end of one session's stream.
class SessionStream final : public Stream {
 public:
  SessionStream(std::shared_ptr<Gate> gate, std::weak_ptr<Session> session, std::uint64_t exchange,
                std::shared_ptr<Flow> flow, std::size_t unsent_max)
      : gate_(std::move(gate)),
        session_(std::move(session)),
        exchange_(exchange),
        flow_(std::move(flow)),
        unsent_max_(unsent_max) {}
  ~SessionStream() override;
  SessionStream(const SessionStream&) = delete;
  SessionStream& operator=(const SessionStream&) = delete;
  bool send(std::string bytes) override;
  void close() override;
  void cut() override;

 private:
  void tell(std::function<void(Session&)> work);
  void end(bool at_once);

  std::shared_ptr<Gate> gate_;
  std::weak_ptr<Session> session_;
  std::uint64_t exchange_;
  std::shared_ptr<Flow> flow_;
  std::size_t unsent_max_;
};

/// One request's right to be answered, once.
class Exchange {
 public:
  Exchange(std::shared_ptr<Gate> gate, std::weak_ptr<Session> session, std::uint64_t number)
      : gate_(std::move(gate)), session_(std::move(session)), number_(number) {}
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  void answer(ServerResponse response);

 private:
  std::shared_ptr<Gate> gate_;
  std::weak_ptr<Session> session_;
  std::uint64_t number_;
  std::atomic<bool> answered_{false};
};

}  // namespace tael::http
