#include "runtime/receiver/receiver.hpp"

#include "adapters/http/server.hpp"
#include "adapters/notices/webhook_signature.hpp"
#include "runtime/receiver/late_answers.hpp"
#include "runtime/receiver/notice_book.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace tael {

namespace {

/// Longer than the slowest answer that can be asked for.
constexpr Duration answer_deadline = 120s;

std::vector<std::string> parse_secrets(const std::vector<std::string>& secrets) {
  std::vector<std::string> keys;
  for (const auto& secret : secrets) {
    auto key = parse_webhook_secret(secret);
    if (!key) throw std::invalid_argument("a secret is 'whsec_' and base64 of 24 to 64 bytes");
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) throw std::invalid_argument("a receiver needs at least one secret to believe anything");
  return keys;
}

ServerOptions server_options(const ReceiverOptions& options) {
  ServerOptions made;
  made.address = options.address;
  made.port = options.port;
  made.answer_deadline = answer_deadline;
  return made;
}

void print_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

}  // namespace

/// The book is only touched from the server's thread, so it needs no lock.
struct Receiver::Life {
  Life(const ReceiverOptions& options, const Clock& wall, std::function<void(std::string_view)> hears)
      : clock(wall),
        say(std::move(hears)),
        book(parse_secrets(options.secrets)),
        server(server_options(options),
               [this](const ServerRequest& request, Respond respond) { hear(request, std::move(respond)); }) {}

  void hear(const ServerRequest& request, Respond respond) {
    auto answer = book.hear(request.method, request.target, request.headers, request.body, clock.now());
    if (say && !answer.line.empty()) say(answer.line);
    ServerResponse response{
        .status = answer.status, .body = std::move(answer.body), .headers = std::move(answer.headers)};
    if (answer.after == Duration{0}) return respond(std::move(response));
    late.after(answer.after, [respond = std::move(respond), response = std::move(response)] { respond(response); });
  }

  const Clock& clock;
  std::function<void(std::string_view)> say;
  NoticeBook book;
  LateAnswers late;
  Server server;  // Goes first: nothing is heard by what is already gone.
};

Receiver::Receiver(ReceiverOptions options, const Clock& clock, std::function<void(std::string_view)> say)
    : life_(std::make_unique<Life>(options, clock, std::move(say))) {}

Receiver::~Receiver() = default;

void Receiver::start() { life_->server.start(); }

std::uint16_t Receiver::port() const { return life_->server.port(); }

int simulate_business(const ReceiverOptions& options) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const WallClock clock;
  try {
    Receiver receiver(options, clock, options.json ? print_line : std::function<void(std::string_view)>{});
    receiver.start();
    const auto address = "http://" + options.address + ":" + std::to_string(receiver.port());
    print_line(options.json ? R"({"event":"listening","url":")" + address + "\"}" : "receiving notices on " + address);
    int signal = 0;
    sigwait(&ends, &signal);
    return 0;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "simulate business: %s\n", error.what());
    return 2;
  } catch (const std::runtime_error& error) {
    constexpr int port_taken = 73;  // As a node's.
    std::fprintf(stderr, "simulate business: %s\n", error.what());
    return port_taken;
  }
}

}  // namespace tael
