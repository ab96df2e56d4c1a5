#include "adapters/http/session.hpp"

#include "adapters/http/header_scan.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tael::http {

namespace beast = boost::beast;
using boost::system::error_code;
using Parser = beast::http::request_parser<beast::http::string_body>;
using Field = beast::http::field;

namespace {

constexpr auto as_result = net::as_tuple(net::use_awaitable);
constexpr std::size_t read_size = 8'192;
/// A peer in the middle of a request is not silent before this.
constexpr Duration slow_after{1'000};
/// What a refused peer may still send before it is cut off.
constexpr std::size_t linger_bytes_max = std::size_t{32} * 1'024 * 1'024;

std::chrono::sys_seconds now_in_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::size_t count(const Parser& parser, Field field) {
  const auto range = parser.get().equal_range(field);
  return static_cast<std::size_t>(std::distance(range.first, range.second));
}

/// Headers that say one thing: given twice they could be read as either value. All of ours are among them.
bool is_single(std::string_view name) {
  static constexpr std::array<std::string_view, 5> singles{"host", "content-length", "content-type", "authorization",
                                                           "idempotency-key"};
  constexpr std::string_view ours = "tael-";
  return beast::iequals(name.substr(0, ours.size()), ours) ||
         std::ranges::any_of(singles, [&](std::string_view single) { return beast::iequals(name, single); });
}

/// Path and query of a target that begins with scheme and host, as requests to a proxy do and every server must take
/// (RFC 9112 section 3.2.2); others as they are.
std::string origin_form(std::string_view target) {
  const auto scheme = target.find("://");
  if (!beast::iequals(target.substr(0, scheme), "http") && !beast::iequals(target.substr(0, scheme), "https"))
    return std::string{target};
  const auto rest = target.substr(scheme + 3);
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  // Without a host, or with somebody's name before it, it is no target.
  if (end == 0 || rest.substr(0, end).find('@') != std::string_view::npos) return {};
  const auto path = rest.substr(end);
  return path.starts_with('/') ? std::string{path} : "/" + std::string{path};
}

/// What Beast's parser lets through and a request must not have (RFC 9112 sections 3.2, 6.1 and 6.3).
std::optional<Refusing> refusal_of(const Parser& parser) {
  const auto& head = parser.get();
  const auto encodings = count(parser, Field::transfer_encoding), lengths = count(parser, Field::content_length);
  const auto expect = head[Field::expect];
  // HTTP/1.0 knew no Host.
  const auto hosts = count(parser, Field::host);
  if (hosts > 1 || (hosts == 0 && head.version() >= 11)) return Refusing{400, "a request has exactly one Host header"};
  for (const auto& field : head)
    if (is_single(field.name_string()) && head.count(field.name_string()) > 1)
      return Refusing{400, "a header that says one thing is given more than once"};
  if (head[Field::content_length].find_first_not_of("0123456789") != std::string_view::npos)
    return Refusing{400, "a Content-Length is one number"};
  if (encodings > 0 && lengths > 0) return Refusing{400, "both Content-Length and Transfer-Encoding"};
  if (encodings > 0 &&
      (encodings > 1 || head.version() < 11 || !beast::iequals(head[Field::transfer_encoding], "chunked")))
    return Refusing{400, "the only transfer encoding is chunked"};
  if (!origin_form(head.target()).starts_with('/')) return Refusing{400, "the request target must begin with a slash"};
  if (!expect.empty() && !beast::iequals(expect, "100-continue"))
    return Refusing{417, "the only expectation is 100-continue"};
  return std::nullopt;
}

Refusing refusal_of(const error_code& error) {
  if (error == beast::http::error::body_limit) return {413, "the body is too large"};
  if (error == beast::http::error::header_limit) return {431, "the head of the request is too large"};
  return {400, "not an HTTP/1.1 request"};
}

/// The head as it stands before the body is read: what follows a chunked body (trailers) is no header of the request.
ServerRequest to_request(const Parser::value_type& message, const std::string& remote) {
  ServerRequest request;
  request.method = std::string{message.method_string()};
  request.target = origin_form(message.target());
  request.headers.reserve(16);
  for (const auto& field : message) {
    std::string name{field.name_string()};
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    request.headers.emplace_back(std::move(name), std::string{field.value()});
  }
  request.remote = remote;
  return request;
}

}  // namespace

struct Session::Incoming {
  Parser parser;
  ServerRequest request;
  Framing framing;
};

Session::Session(net::ip::tcp::socket socket, House& house)
    : socket_(std::move(socket)), house_(house), answered_(socket_.get_executor(), SteadyTime::max()) {
  error_code ignored;
  socket_.set_option(net::ip::tcp::no_delay(true), ignored);
  const auto peer = socket_.remote_endpoint(ignored);
  if (!ignored) remote_ = peer.address().to_string();
}

net::awaitable<void> Session::run() {
  const auto self = shared_from_this();
  while (co_await serve_one()) {
  }
  error_code ignored;
  socket_.close(ignored);
}

/// True when the connection stays for another request.
net::awaitable<bool> Session::serve_one() {
  Incoming incoming;
  enter(Phase::idle);
  if (house_.draining && is_idle()) co_return false;
  auto refusing = co_await read_head(incoming);
  if (!refusing) refusing = co_await read_body(incoming);
  if (refusing) {
    if (refusing->status == 0) co_return false;
    incoming.framing.keep_alive = false;
    if (co_await write(house_.options.render_refusal(refusing->status, refusing->why, false), incoming.framing))
      co_await linger();
    co_return false;
  }
  auto& framing = incoming.framing;
  incoming.request.body = std::move(incoming.parser.get().body());
  has_spoken_ = true;
  auto response = co_await ask_handler(std::move(incoming.request));
  if (response.status == 0) co_return false;
  if (house_.draining) framing.keep_alive = false;
  if (!is_safe(response)) response = house_.options.render_refusal(500, "the answer was not fit to send", true);
  if (response.stream && !framing.head &&
      (house_.streams >= house_.options.streams_max || house_.streams_of[remote_] >= house_.options.per_address_max))
    response = house_.options.render_refusal(503, "too many answers are going on", false);
  if (response.stream && !framing.head) {
    framing.keep_alive = false;
    co_await stream(std::move(response), framing);
    co_return false;
  }
  if (!co_await write(std::move(response), framing)) co_return false;
  if (!framing.keep_alive) co_await linger();
  co_return framing.keep_alive;
}

net::awaitable<std::optional<Refusing>> Session::read_head(Incoming& incoming) {
  const auto& options = house_.options;
  HeaderScanner scanner({options.header_bytes_max, options.headers_max + 1});
  HeaderScan scan;
  for (;;) {
    // RFC 9112 section 2.2: an empty line before a request line is forgiven.
    if (phase_ == Phase::idle)
      while (received_.starts_with("\r\n")) received_.erase(0, 2);
    if (phase_ == Phase::idle && !received_.empty() && received_ != "\r") enter(Phase::header);
    if (phase_ == Phase::header) scan = scanner.scan(received_);
    if (scan.verdict != HeaderScan::Verdict::more) break;
    if (!co_await fill()) co_return silence();
  }
  if (scan.verdict == HeaderScan::Verdict::too_large) co_return Refusing{431, scan.why};
  if (scan.verdict == HeaderScan::Verdict::malformed) co_return Refusing{400, scan.why};

  auto& parser = incoming.parser;
  parser.header_limit(static_cast<std::uint32_t>(options.header_bytes_max + 1));
  parser.body_limit(options.body_bytes_max);
  error_code error;
  parser.put(net::buffer(received_.data(), scan.size), error);
  received_.erase(0, scan.size);
  incoming.framing.head = parser.get().method() == beast::http::verb::head;
  if (error) co_return refusal_of(error);
  if (!parser.is_header_done()) co_return Refusing{400, "not an HTTP/1.1 request"};
  incoming.framing.keep_alive = parser.keep_alive();
  incoming.framing.http_1_0 = parser.get().version() < 11;
  auto refusing = refusal_of(parser);
  if (!refusing) incoming.request = to_request(parser.get(), remote_);
  co_return refusing;
}

net::awaitable<std::optional<Refusing>> Session::read_body(Incoming& incoming) {
  auto& parser = incoming.parser;
  if (parser.is_done()) co_return std::nullopt;
  enter(Phase::body);
  parser.eager(true);
  if (received_.empty() && !parser.get()[Field::expect].empty()) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [error, size] = co_await net::async_write(socket_, net::buffer(go_on), as_result);
    if (error) co_return Refusing{};
  }
  for (;;) {
    if (!received_.empty()) {
      error_code error;
      const auto used = parser.put(net::buffer(received_), error);
      received_.erase(0, used);
      if (error && error != beast::http::error::need_more) co_return refusal_of(error);
      if (parser.is_done()) co_return std::nullopt;
      // A chunk's head or trailer that does not end has no body limit to stop it.
      if (received_.size() > house_.options.header_bytes_max) co_return Refusing{400, "a chunk's head is too large"};
    }
    if (!co_await fill()) co_return silence();
  }
}

net::awaitable<ServerResponse> Session::ask_handler(ServerRequest request) {
  enter(Phase::answer);
  answer_.reset();
  auto exchange = std::make_shared<Exchange>(house_.gate, weak_from_this(), ++exchange_);
  try {
    house_.handler(std::move(request), [exchange](ServerResponse response) { exchange->answer(std::move(response)); });
  } catch (...) {  // The handler's own mistake; the peer must not wait for it.
    exchange->answer(house_.options.render_refusal(500, "the request could not be handled", true));
  }
  exchange.reset();
  while (!answer_) co_await answered_.async_wait(as_result);
  co_return std::move(*answer_);
}

net::awaitable<bool> Session::write(ServerResponse response, Framing framing) {
  enter(Phase::write);
  const auto text = render(std::move(response), framing, now_in_seconds());
  const std::array buffers{net::buffer(text.head), net::buffer(text.body)};
  const auto [error, size] = co_await net::async_write(socket_, buffers, as_result);
  co_return !error;
}

/// Closing while the peer still sends would reset the connection and lose our answer (RFC 9112 section 9.6).
net::awaitable<void> Session::linger() {
  enter(Phase::linger);
  error_code ignored;
  socket_.shutdown(net::ip::tcp::socket::shutdown_send, ignored);
  for (std::size_t heard = 0; heard < linger_bytes_max; heard += received_.size()) {
    received_.clear();
    if (!co_await fill()) co_return;
  }
}

/// Reads what is there into `received_`; false when the peer has gone or is out of time.
net::awaitable<bool> Session::fill() {
  std::array<char, read_size> chunk;
  const auto [error, size] = co_await socket_.async_read_some(net::buffer(chunk), as_result);
  if (error || timed_out_) co_return false;
  received_.append(chunk.data(), size);
  heard_at_ = std::chrono::steady_clock::now();
  co_return true;
}

Refusing Session::silence() const {
  if (timed_out_ && phase_ != Phase::idle) return {408, "the request took too long to arrive"};
  return {};
}

void Session::enter(Phase phase) {
  const auto& options = house_.options;
  const auto patience = [&] {
    switch (phase) {
      case Phase::idle: return has_spoken_ ? options.idle_deadline : options.greeting_deadline;
      case Phase::header: return options.header_deadline;
      case Phase::body: return options.body_deadline;
      case Phase::answer: return options.answer_deadline;
      case Phase::write: return options.body_deadline;
      case Phase::stream: return Duration{0};
      case Phase::linger: return options.linger_deadline;
    }
    return Duration{0};
  }();
  phase_ = phase;
  timed_out_ = false;
  // A stream may be silent for as long as it likes; only a write of it has a deadline.
  deadline_ = phase == Phase::stream ? SteadyTime::max() : std::chrono::steady_clock::now() + patience;
}

void Session::sweep(SteadyTime now) {
  if (now < deadline_) return;
  error_code ignored;
  switch (phase_) {
    case Phase::idle:
    case Phase::header:
    case Phase::body:
    case Phase::linger:
      timed_out_ = true;
      socket_.cancel(ignored);
      break;
    case Phase::answer: hear_answer(exchange_, house_.options.render_refusal(503, "no answer in time", true)); break;
    case Phase::write:
    case Phase::stream: socket_.close(ignored); break;
  }
}

std::optional<SteadyTime> Session::silent_since() const {
  switch (phase_) {
    case Phase::idle:
      if (!is_idle()) return std::nullopt;
      return heard_at_;
    case Phase::header:
    case Phase::body:
    case Phase::linger:
      if (std::chrono::steady_clock::now() - heard_at_ < slow_after) return std::nullopt;
      return heard_at_;
    case Phase::answer:
    case Phase::write:
    case Phase::stream: return std::nullopt;
  }
  return std::nullopt;
}

void Session::leave() {
  error_code ignored;
  socket_.close(ignored);
}

/// A request that has arrived and was not read yet is in flight too.
bool Session::is_idle() const {
  error_code ignored;
  return phase_ == Phase::idle && received_.empty() && socket_.available(ignored) == 0;
}

void Session::drain() {
  if (phase_ == Phase::stream) hear_end(exchange_, false);
  if (!is_idle()) return;
  error_code ignored;
  timed_out_ = true;
  socket_.cancel(ignored);
}

void Session::hear_answer(std::uint64_t exchange, ServerResponse response) {
  if (exchange != exchange_ || answer_) return;
  answer_ = std::move(response);
  answered_.cancel();
}

void Exchange::answer(ServerResponse response) {
  if (answered_.exchange(true)) return;
  const std::lock_guard lock(gate_->mutex);
  if (gate_->loop == nullptr) return;
  net::dispatch(*gate_->loop, [session = session_, number = number_, response = std::move(response)]() mutable {
    if (const auto alive = session.lock()) alive->hear_answer(number, std::move(response));
  });
}

Exchange::~Exchange() {
  if (!answered_) answer(plain_refusal(500, "the request was dropped"));
}

}  // namespace tael::http
