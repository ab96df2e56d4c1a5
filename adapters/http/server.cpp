#include "adapters/http/server.hpp"

#include "adapters/http/response_text.hpp"
#include "adapters/http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <future>
#include <pthread.h>
#include <signal.h>
#include <stdexcept>
#include <thread>
#include <unordered_set>
#include <utility>

namespace tael {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

namespace {

constexpr auto as_result = net::as_tuple(net::use_awaitable);
constexpr Duration sweep_interval_max{500};
/// When descriptors run out, accepting again at once would only spin.
constexpr Duration accept_pause{100};

/// Four looks within the shortest deadline keep every deadline within a quarter of itself.
Duration sweep_interval(const ServerOptions& options) {
  const auto shortest = std::min({options.header_deadline, options.body_deadline, options.idle_deadline,
                                  options.answer_deadline, options.linger_deadline, options.greeting_deadline});
  return std::clamp(shortest / 4, Duration{1}, sweep_interval_max);
}

/// A thread that takes no signals: those are for the process's main thread.
template <class Work>
std::thread quiet_thread(Work work) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(work));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

struct Server::Life {
  Life(const ServerOptions& options, const Handler& handler)
      : house{options, handler, std::make_shared<http::Gate>()}, acceptor(loop), sweep_timer(loop) {
    house.gate->loop = &loop;
  }
  ~Life() {
    loop.stop();
    if (thread.joinable()) thread.join();
    const std::lock_guard lock(house.gate->mutex);
    house.gate->loop = nullptr;
  }

  net::awaitable<void> accept_all() {
    while (acceptor.is_open()) {
      auto [error, socket] = co_await acceptor.async_accept(as_result);
      if (!acceptor.is_open()) co_return;
      if (error) {
        make_room({});  // Descriptors have run out, most likely.
        net::steady_timer pause(loop, accept_pause);
        co_await pause.async_wait(as_result);
      } else if (!has_place_for(socket)) {
        turn_away(std::move(socket));
      } else {
        welcome(std::move(socket));
      }
    }
  }

  void welcome(tcp::socket socket) {
    const auto session = std::make_shared<http::Session>(std::move(socket), house);
    sessions.insert(session.get());
    net::co_spawn(loop, session->run(), [this, session](std::exception_ptr) {
      sessions.erase(session.get());
      leaving.erase(session.get());
      if (house.draining && sessions.empty()) emptied.set_value();
    });
  }

  /// After closing who has been silent the longest, where places are short.
  bool has_place_for(const tcp::socket& socket) {
    if (sessions.size() < std::min(house.options.per_address_max, house.options.connections_max)) return true;
    error_code gone;
    const auto peer = socket.remote_endpoint(gone);
    const auto address = gone ? std::string{} : peer.address().to_string();
    std::size_t all = 0, of_address = 0;
    for (const auto* session : sessions) {
      if (session->is_streaming() || leaving.contains(session)) continue;
      ++all;
      of_address += session->remote() == address ? 1U : 0U;
    }
    if (of_address >= house.options.per_address_max) return make_room(address);
    return all < house.options.connections_max || make_room({});
  }

  /// Closes the longest silent peer of `address`, or of all when that is empty; false when nobody is silent.
  bool make_room(const std::string& address) {
    http::Session* longest = nullptr;
    auto since = http::SteadyTime::max();
    for (auto* session : sessions) {
      if (leaving.contains(session) || (!address.empty() && session->remote() != address)) continue;
      const auto silent = session->silent_since();
      if (!silent || *silent >= since) continue;
      since = *silent;
      longest = session;
    }
    if (longest == nullptr) return false;
    leaving.insert(longest);
    longest->leave();
    return true;
  }

  /// One try to say why, without waiting for anything.
  void turn_away(tcp::socket socket) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    const auto text =
        http::render(house.options.render_refusal(503, "too many connections", false), {.keep_alive = false},
                     std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    socket.send(net::buffer(text.head + text.body), 0, ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }

  net::awaitable<void> sweep() {
    for (const auto interval = sweep_interval(house.options);;) {
      sweep_timer.expires_after(interval);
      co_await sweep_timer.async_wait(as_result);
      const auto now = std::chrono::steady_clock::now();
      for (auto* session : sessions) session->sweep(now);
    }
  }

  void drain() {
    if (house.draining) return;
    house.draining = true;
    error_code ignored;
    acceptor.close(ignored);
    for (auto* session : sessions) session->drain();
    if (sessions.empty()) emptied.set_value();
  }

  http::House house;
  // Sessions may outlive the loop's run, so what they use comes before it.
  std::unordered_set<http::Session*> sessions;
  std::unordered_set<const http::Session*> leaving;  ///< Closed to make room; they count no more.
  std::promise<void> emptied;
  std::shared_future<void> empty{emptied.get_future()};
  net::io_context loop{1};
  tcp::acceptor acceptor;
  net::steady_timer sweep_timer;
  std::thread thread;
};

Server::Server(ServerOptions options, Handler handler) : options_(std::move(options)), handler_(std::move(handler)) {}

Server::~Server() { stop(); }

void Server::start() {
  auto life = std::make_unique<Life>(options_, handler_);
  try {
    const tcp::endpoint endpoint(net::ip::make_address(options_.address), options_.port);
    life->acceptor.open(endpoint.protocol());
    life->acceptor.set_option(tcp::acceptor::reuse_address(true));
    life->acceptor.bind(endpoint);
    life->acceptor.listen();
    port_ = life->acceptor.local_endpoint().port();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("cannot listen on " + options_.address + ":" + std::to_string(options_.port) + ": " +
                             error.code().message());
  }
  net::co_spawn(life->loop, life->accept_all(), [](std::exception_ptr) {});
  net::co_spawn(life->loop, life->sweep(), [](std::exception_ptr) {});
  life->thread = quiet_thread([&loop = life->loop] { loop.run(); });
  pthread_setname_np(life->thread.native_handle(), "http.in");
  life_ = std::move(life);
}

std::uint16_t Server::port() const { return port_; }

bool Server::drain(Duration patience) {
  if (!life_) return true;
  net::post(life_->loop, [life = life_.get()] { life->drain(); });
  return life_->empty.wait_for(patience) == std::future_status::ready;
}

void Server::stop() { life_.reset(); }

}  // namespace tael
