#include "adapters/framed_tcp/frame_server.hpp"

#include "adapters/framed_tcp/framing.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>
#include <pthread.h>
#include <set>
#include <signal.h>
#include <stdexcept>
#include <thread>

namespace tael {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

namespace {

/// The way into the loop for threads that answer; shut before the loop ends.
struct Gate {
  std::mutex mutex;
  net::io_context* loop = nullptr;
};

class Session;
using Sessions = std::set<std::shared_ptr<Session>>;

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, std::shared_ptr<Gate> gate, const FrameHandler& handler, Sessions& sessions)
      : socket_(std::move(socket)),
        pause_(socket_.get_executor()),
        gate_(std::move(gate)),
        handler_(handler),
        sessions_(sessions) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  void read() {
    socket_.async_read_some(net::buffer(chunk_), [self = shared_from_this()](error_code error, std::size_t size) {
      if (error || self->closed_) return self->close();
      self->heard_.add({self->chunk_.data(), size});
      while (auto body = self->heard_.next()) self->hear(std::move(*body));
      if (self->heard_.is_broken()) return self->close();
      self->read();
    });
  }

  void reply(FrameReply reply) {
    if (closed_ || reply.manner == FrameReply::Manner::silence) return;
    if (reply.manner == FrameReply::Manner::cut) return close();
    auto bytes = framed::frame(reply.body);
    const bool half = reply.manner == FrameReply::Manner::half;
    if (half) bytes.resize(bytes.size() / 2);
    const auto piece = reply.piece == 0 ? bytes.size() : reply.piece;
    for (std::size_t at = 0; at < bytes.size(); at += piece) outbox_.push_back({bytes.substr(at, piece), reply.pause});
    if (half) outbox_.push_back({{}, {}});  // An empty piece ends the connection.
    if (!writing_) write();
  }

  void close() {
    if (closed_) return;
    closed_ = true;
    error_code ignored;
    pause_.cancel();
    socket_.close(ignored);
    sessions_.erase(shared_from_this());
  }

 private:
  struct Piece {
    std::string bytes;
    Duration pause;
  };

  void hear(std::string body) {
    if (body.empty()) return;
    handler_(std::move(body), [weak = weak_from_this(), gate = gate_](FrameReply given) {
      const std::lock_guard lock(gate->mutex);
      if (gate->loop == nullptr) return;
      net::post(*gate->loop, [weak, given = std::move(given)]() mutable {
        if (const auto alive = weak.lock()) alive->reply(std::move(given));
      });
    });
  }

  void write() {
    writing_ = true;
    if (outbox_.front().bytes.empty()) return close();
    net::async_write(socket_, net::buffer(outbox_.front().bytes),
                     [self = shared_from_this()](error_code error, std::size_t) {
                       if (error || self->closed_) return self->close();
                       const auto pause = self->outbox_.front().pause;
                       self->outbox_.pop_front();
                       if (self->outbox_.empty())
                         self->writing_ = false;
                       else
                         self->write_after(pause);
                     });
  }

  void write_after(Duration pause) {
    if (pause == Duration::zero()) return write();
    pause_.expires_after(pause);
    pause_.async_wait([self = shared_from_this()](error_code error) {
      if (!error && !self->closed_) self->write();
    });
  }

  tcp::socket socket_;
  net::steady_timer pause_;
  std::shared_ptr<Gate> gate_;
  const FrameHandler& handler_;
  Sessions& sessions_;
  framed::FrameBuffer heard_;
  std::array<char, 16'384> chunk_{};
  std::deque<Piece> outbox_;
  bool writing_ = false, closed_ = false;
};

}  // namespace

class FrameServer::Loop {
 public:
  Loop(const FrameServerOptions& options, FrameHandler handler)
      : connections_max_(options.connections_max), handler_(std::move(handler)), acceptor_(loop_) {
    try {
      const tcp::endpoint endpoint{net::ip::make_address(options.address), options.port};
      acceptor_.open(endpoint.protocol());
      acceptor_.set_option(net::socket_base::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen();
    } catch (const boost::system::system_error& why) {
      throw std::runtime_error("cannot listen on " + options.address + ":" + std::to_string(options.port) + ": " +
                               why.code().message());
    }
    port_ = acceptor_.local_endpoint().port();
    gate_->loop = &loop_;
    accept();
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { loop_.run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  ~Loop() {
    {
      const std::lock_guard lock(gate_->mutex);
      gate_->loop = nullptr;
    }
    net::post(loop_, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      while (!sessions_.empty()) (*sessions_.begin())->close();
      loop_.stop();
    });
    thread_.join();
  }

  std::uint16_t port() const { return port_; }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (!error && sessions_.size() < connections_max_)
        (*sessions_.insert(std::make_shared<Session>(std::move(socket), gate_, handler_, sessions_)).first)->read();
      accept();
    });
  }

  const std::size_t connections_max_;
  const FrameHandler handler_;
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  net::io_context loop_{1};
  tcp::acceptor acceptor_;
  Sessions sessions_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

FrameServer::FrameServer(const FrameServerOptions& options, FrameHandler handler)
    : loop_(std::make_unique<Loop>(options, std::move(handler))) {}

FrameServer::~FrameServer() = default;

std::uint16_t FrameServer::port() const { return loop_->port(); }

}  // namespace tael
