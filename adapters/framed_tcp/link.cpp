#include "adapters/framed_tcp/link.hpp"

#include "actors/ports/adapter_crash.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <utility>

namespace tael::framed {

namespace net = boost::asio;
using boost::system::error_code;

Link::Link(net::io_context& loop, FrontMachine machine, const PoolOptions& options, const FrameProtocol& protocol,
           LinkOwner& owner, Dice& dice)
    : machine_(std::move(machine)),
      name_(machine_.name()),
      options_(options),
      protocol_(protocol),
      owner_(owner),
      dice_(dice),
      resolver_(loop),
      socket_(loop),
      dial_timer_(loop),
      watch_timer_(loop) {}

void Link::dial() {
  if (state_ == State::closed) return;
  state_ = State::dialling;
  const auto life = ++life_;
  dial_timer_.expires_after(options_.connect_deadline);
  dial_timer_.async_wait([self = shared_from_this(), life](error_code error) {
    if (!error && self->life_ == life && self->is_dialling()) self->fail("no connection in time");
  });
  resolver_.async_resolve(machine_.host, machine_.port,
                          [self = shared_from_this(), life](error_code error, const auto& addresses) {
                            if (self->life_ != life) return;
                            if (error) return self->fail(error.message());
                            net::async_connect(self->socket_, addresses, [self, life](error_code refused, const auto&) {
                              if (self->life_ != life) return;
                              refused ? self->fail(refused.message()) : self->connected();
                            });
                          });
}

void Link::connected() {
  error_code ignored;
  socket_.set_option(net::ip::tcp::no_delay(true), ignored);
  heard_ = {};
  was_quiet_ = true;
  echo_is_out_ = false;
  echoes_missed_ = 0;
  read();
  if (!protocol_.sign_on) return come_up();
  state_ = State::greeting;
  auto greeting = protocol_.sign_on(owner_.next_serial());
  greeting_key_ = std::move(greeting.key);
  put(0, frame(greeting.body));
}

void Link::come_up() {
  state_ = State::up;
  dial_timer_.cancel();
  watch();
  owner_.changed(name_, true, "");
}

void Link::close() {
  fail("the pool was closed");
  state_ = State::closed;
  dial_timer_.cancel();
}

/// The connection is gone: so is everything that was under way on it.
void Link::fail(const std::string& why) {
  if (state_ == State::down || state_ == State::closed) return;
  const bool was_up = state_ == State::up;
  state_ = State::down;
  ++life_;
  error_code ignored;
  resolver_.cancel();
  socket_.close(ignored);
  watch_timer_.cancel();
  const auto unsent = std::exchange(outbox_, {});
  const auto waiting = std::exchange(waiting_, {});
  writing_.clear();
  dial_later();
  for (const auto& [key, id] : waiting) {
    const bool left = std::ranges::none_of(unsent, [lost = id](const Outgoing& out) { return out.id == lost; });
    owner_.lost(id, left, name_ + ": " + why);
  }
  was_up ? owner_.changed(name_, false, why) : owner_.failed_to_dial();
}

void Link::dial_later() {
  backoff_ = std::clamp(backoff_ * 2, options_.backoff_min, options_.backoff_max);
  const auto half = std::max<std::int64_t>(1, backoff_.count() / 2);
  const Duration wait{half + static_cast<std::int64_t>(dice_.roll() % static_cast<std::uint64_t>(half))};
  dial_timer_.expires_after(wait);
  dial_timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error && self->state_ == State::down) self->dial();
  });
}

bool Link::send(CallId id, const std::string& key, std::string_view body) {
  if (!waiting_.emplace(key, id).second) return false;
  put(id, frame(body));
  return true;
}

bool Link::forget(CallId id, const std::string& key) {
  if (const auto found = waiting_.find(key); found != waiting_.end() && found->second == id) waiting_.erase(found);
  return std::erase_if(outbox_, [id](const Outgoing& out) { return out.id == id; }) > 0;
}

void Link::put(CallId id, std::string bytes) {
  outbox_.push_back({id, std::move(bytes)});
  if (writing_.empty()) write();
}

/// Everything that waits leaves in one write.
void Link::write() {
  writing_.assign(std::make_move_iterator(outbox_.begin()), std::make_move_iterator(outbox_.end()));
  outbox_.clear();
  std::vector<net::const_buffer> buffers;
  buffers.reserve(writing_.size());
  for (const auto& out : writing_) buffers.emplace_back(net::buffer(out.bytes));
  net::async_write(socket_, buffers, [self = shared_from_this(), life = life_](error_code error, std::size_t) {
    if (self->life_ != life) return;
    if (error) return self->fail(error.message());
    self->writing_.clear();
    if (!self->outbox_.empty()) self->write();
  });
}

void Link::read() {
  socket_.async_read_some(net::buffer(chunk_),
                          [self = shared_from_this(), life = life_](error_code error, std::size_t size) {
                            if (self->life_ != life) return;
                            if (error) return self->fail(error.message());
                            self->heard_.add({self->chunk_.data(), size});
                            while (auto body = self->heard_.next()) {
                              self->hear(std::move(*body));
                              if (self->life_ != life) return;
                            }
                            if (self->heard_.is_broken()) return self->fail("a frame longer than any message");
                            self->read();
                          });
}

void Link::hear(std::string body) {
  was_quiet_ = false;
  echo_is_out_ = false;
  echoes_missed_ = 0;
  backoff_ = Duration{0};  // Only who speaks is well; a machine that accepts and hangs up is dialled ever later.
  if (body.empty()) return put(0, frame({}));
  std::string key;
  bool is_greeting = false, is_welcome = false;
  const auto crash = crash_of([&] {
    key = protocol_.key_of(body);
    is_greeting = state_ == State::greeting && key == greeting_key_;
    is_welcome = is_greeting && protocol_.welcomes(body);
  });
  if (crash) return fail("a frame could not be read: " + crash->error);  // Ours; it ends this connection, not the node.
  if (is_greeting) return is_welcome ? come_up() : fail("the sign-on was refused");
  const auto found = waiting_.find(key);
  if (found == waiting_.end()) return;  // Late, an echo's answer, or nothing of ours.
  const auto id = found->second;
  waiting_.erase(found);
  owner_.answered(id, std::move(body));
}

void Link::watch() {
  if (!protocol_.echo) return;
  watch_timer_.expires_after(options_.echo_every);
  watch_timer_.async_wait([self = shared_from_this(), life = life_](error_code error) {
    if (!error && self->life_ == life && self->is_up()) self->ask_for_life();
  });
}

void Link::ask_for_life() {
  if (echo_is_out_ && ++echoes_missed_ >= options_.echoes_missed_max)
    return fail(std::to_string(echoes_missed_) + " echoes without an answer");
  if (was_quiet_) {
    echo_is_out_ = true;
    put(0, frame(protocol_.echo(owner_.next_serial()).body));
  }
  was_quiet_ = true;
  watch();
}

}  // namespace tael::framed
