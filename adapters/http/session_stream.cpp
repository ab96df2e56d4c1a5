// A session's answer that goes on: bytes from any thread, to a peer that may be slow or leave.
#include "adapters/http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <utility>

namespace tael::http {

using boost::system::error_code;

namespace {

constexpr auto as_result = net::as_tuple(net::use_awaitable);

}  // namespace

/// Ends when the writing end has closed, the peer has left or is too slow, or the server drains.
net::awaitable<void> Session::stream(ServerResponse response, Framing framing) {
  const auto begin = std::move(response.stream);
  response.stream = [](const StreamRef&) {};  // The head still says that there is one.
  ++house_.streams;
  ++house_.streams_of[remote_];
  const auto flow = std::make_shared<Flow>();
  to_send_.clear();
  stream_ends_ = house_.draining;
  if (co_await write(std::move(response), framing)) {
    enter(Phase::stream);
    net::co_spawn(socket_.get_executor(), watch_for_leaving(flow), [self = shared_from_this()](std::exception_ptr) {});
    try {
      begin(std::make_shared<SessionStream>(house_.gate, weak_from_this(), exchange_, flow,
                                            house_.options.stream_bytes_max));
    } catch (...) {  // The writer's own mistake; the peer hears the end.
      stream_ends_ = true;
    }
    co_await send_all(flow, framing);
  }
  flow->is_over = true;
  ++exchange_;  // What the writing end still has under way meets nobody.
  --house_.streams;
  if (--house_.streams_of[remote_] == 0) house_.streams_of.erase(remote_);
}

net::awaitable<void> Session::send_all(const std::shared_ptr<Flow>& flow, Framing framing) {
  for (;;) {
    while (to_send_.empty() && !stream_ends_ && !flow->is_over) co_await answered_.async_wait(as_result);
    if (flow->is_over) co_return;
    const bool is_last = to_send_.empty();
    if (is_last && framing.http_1_0) break;
    const auto size = to_send_.size();
    const auto chunk = is_last ? std::string{"0\r\n\r\n"} : chunk_of(to_send_, framing);
    to_send_.clear();
    deadline_ = std::chrono::steady_clock::now() + house_.options.body_deadline;
    const auto [error, sent] = co_await net::async_write(socket_, net::buffer(chunk), as_result);
    deadline_ = SteadyTime::max();
    flow->unsent -= size;
    if (error || is_last) break;
  }
  error_code ignored;
  socket_.shutdown(net::ip::tcp::socket::shutdown_both, ignored);
}

/// A peer that listens to a stream has nothing to say; that it says it no more is how we hear of its leaving.
net::awaitable<void> Session::watch_for_leaving(std::shared_ptr<Flow> flow) {
  std::array<char, 512> ignored;
  for (;;) {
    const auto [error, size] = co_await socket_.async_read_some(net::buffer(ignored), as_result);
    if (!error) continue;
    flow->is_over = true;
    answered_.cancel();
    co_return;
  }
}

void Session::hear_bytes(std::uint64_t exchange, std::string bytes) {
  if (exchange != exchange_) return;
  to_send_ += bytes;
  answered_.cancel();
}

void Session::hear_end(std::uint64_t exchange, bool at_once) {
  if (exchange != exchange_) return;
  stream_ends_ = true;
  answered_.cancel();
  error_code ignored;
  if (at_once) socket_.close(ignored);
}

/// Without lingering the kernel sends a reset instead of an orderly end.
void Session::hear_cut(std::uint64_t exchange) {
  if (exchange != exchange_) return;
  error_code ignored;
  socket_.set_option(net::socket_base::linger(true, 0), ignored);
  hear_end(exchange, true);
}

bool SessionStream::send(std::string bytes) {
  if (flow_->is_over) return false;
  if (bytes.empty()) return true;
  if (flow_->unsent.fetch_add(bytes.size()) + bytes.size() > unsent_max_) {
    end(true);
    return false;
  }
  tell([number = exchange_, bytes = std::move(bytes)](Session& session) mutable {
    session.hear_bytes(number, std::move(bytes));
  });
  return true;
}

void SessionStream::close() { end(false); }

void SessionStream::cut() {
  if (flow_->is_over.exchange(true)) return;
  tell([number = exchange_](Session& session) { session.hear_cut(number); });
}

SessionStream::~SessionStream() { end(false); }

void SessionStream::end(bool at_once) {
  if (flow_->is_over.load()) return;
  if (at_once) flow_->is_over = true;
  tell([number = exchange_, at_once](Session& session) { session.hear_end(number, at_once); });
}

void SessionStream::tell(std::function<void(Session&)> work) {
  const std::lock_guard lock(gate_->mutex);
  if (gate_->loop == nullptr) return;
  net::post(*gate_->loop, [session = session_, work = std::move(work)] {
    if (const auto alive = session.lock()) work(*alive);
  });
}

}  // namespace tael::http
