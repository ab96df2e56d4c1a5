#include "adapters/http/client.hpp"

#include "actors/domain/assert.hpp"
#include "adapters/http/transfer.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <signal.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tael {
namespace {

using Clock = std::chrono::steady_clock;
using http::Transfer;

/// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {
    if (fd < 0) throw std::runtime_error(std::string{"http client: "} + std::strerror(errno));
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

/// libcurl tells which sockets to watch and when to be woken; epoll makes a wake-up cost what happened, not how many
/// calls are out. The thread owns every handle; `send` only leaves the call in `waiting_`.
class CurlClient::Loop {
 public:
  explicit Loop(ClientOptions options) : options_(std::move(options)) {
    multi_ = curl_multi_init();
    TAEL_ASSERT(multi_ != nullptr, "libcurl has memory for a multi handle");
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Loop::watch);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Loop::set_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, options_.connections_per_host_max);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, options_.connections_kept_max);
    epoll_event event{.events = EPOLLIN, .data = {.fd = bell_.get()}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, bell_.get(), &event);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_setname_np(thread_.native_handle(), "http.out");
  }

  ~Loop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    ring();
    thread_.join();
    curl_multi_cleanup(multi_);
  }

  void take(HttpCall call, std::function<void(HttpAnswer)> done) {
    bool first = false;
    {
      std::unique_lock lock(mutex_);
      if (stopping_) {
        lock.unlock();
        return done(shut_down());
      }
      first = waiting_.empty();
      waiting_.push_back({std::move(call), std::move(done), Clock::now()});
    }
    if (first) ring();
  }

 private:
  struct Waiting {
    HttpCall call;
    std::function<void(HttpAnswer)> done;
    Clock::time_point began;
  };

  static HttpAnswer shut_down() {
    HttpAnswer answer;
    answer.error = "the client was shut down";
    return answer;
  }

  static HttpAnswer unsent(std::string why, bool barred) {
    HttpAnswer answer;
    answer.transport = Transport::not_sent;
    answer.error = std::move(why);
    answer.barred = barred;
    return answer;
  }

  void ring() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(bell_.get(), &one, sizeof one);
  }

  void run() {
    std::array<epoll_event, 256> events;
    while (begin_waiting()) {
      const int heard = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), patience());
      for (int i = 0; i < heard; ++i) hear(events[static_cast<std::size_t>(i)]);
      if (due_ && Clock::now() >= *due_) {
        due_.reset();
        int running = 0;
        curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
      }
      finish_done();
    }
    give_up();
  }

  void hear(const epoll_event& event) {
    if (event.data.fd == bell_.get()) {
      std::uint64_t rings = 0;
      [[maybe_unused]] const auto bytes = ::read(bell_.get(), &rings, sizeof rings);
      return;
    }
    int action = 0, running = 0;
    if ((event.events & (EPOLLIN | EPOLLRDHUP)) != 0) action |= CURL_CSELECT_IN;
    if ((event.events & EPOLLOUT) != 0) action |= CURL_CSELECT_OUT;
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) action |= CURL_CSELECT_ERR;
    curl_multi_socket_action(multi_, event.data.fd, action, &running);
  }

  /// Milliseconds until libcurl wants to be woken, rounded up so that the wake-up finds it due; -1: never.
  int patience() const {
    if (!due_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due_ - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  }

  /// False when it is time to stop.
  bool begin_waiting() {
    std::vector<Waiting> fresh;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      fresh.swap(waiting_);
    }
    for (auto& waiting : fresh) begin(std::move(waiting));
    return true;
  }

  void begin(Waiting waiting) {
    if (const auto fault = http::fault_of(waiting.call); !fault.empty())
      return waiting.done(unsent(std::string{fault}, false));
    if (options_.destinations)
      if (auto refusal = options_.destinations->refusal_of(waiting.call.url); !refusal.empty())
        return waiting.done(unsent(std::move(refusal), true));
    std::unique_ptr<Transfer> transfer;
    if (shelf_.empty()) {
      transfer = std::make_unique<Transfer>(options_);
    } else {
      transfer = std::move(shelf_.back());
      shelf_.pop_back();
    }
    transfer->call = std::move(waiting.call);
    transfer->done = std::move(waiting.done);
    transfer->began = waiting.began;
    transfer->load();
    CURL* easy = transfer->easy;
    out_.emplace(easy, std::move(transfer));
    const auto code = curl_multi_add_handle(multi_, easy);
    TAEL_ASSERT(code == CURLM_OK, "libcurl takes our handle");
  }

  void finish_done() {
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi_, &left))
      if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
  }

  void finish(CURL* easy, CURLcode code) {
    curl_multi_remove_handle(multi_, easy);
    auto transfer = std::move(out_.extract(easy).mapped());
    auto& answer = transfer->answer;
    answer.transport = transfer->transport_of(code);
    if (answer.transport == Transport::answered) {
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      answer.status = static_cast<int>(status);
    } else {
      describe(code, *transfer);
    }
    tell(std::move(transfer));
  }

  static void describe(CURLcode code, Transfer& transfer) {
    auto& answer = transfer.answer;
    answer.body.clear();
    answer.headers.clear();
    // Of several addresses those that are ours to call were called.
    if (!transfer.refusal.empty() && transfer.sockets == 0) {
      answer.barred = true;
      answer.error = transfer.refusal;
    }
    if (transfer.starts > 1) answer.error = "the reused connection died before an answer";
    if (!answer.error.empty()) return;
    answer.error = transfer.words[0] != '\0' ? transfer.words.data() : curl_easy_strerror(code);
  }

  void tell(std::unique_ptr<Transfer> transfer) {
    auto answer = std::move(transfer->answer);
    answer.took = std::chrono::duration_cast<Duration>(Clock::now() - transfer->began);
    const auto done = std::move(transfer->done);
    transfer->clear();
    // After a repeat that we refused libcurl's handle still wants to rewind: it would fail the next call unsent.
    if (answer.transport == Transport::answered) shelf_.push_back(std::move(transfer));
    done(std::move(answer));
  }

  void give_up() {
    while (!out_.empty()) {
      auto transfer = std::move(out_.extract(out_.begin()).mapped());
      curl_multi_remove_handle(multi_, transfer->easy);
      transfer->answer = shut_down();
      tell(std::move(transfer));
    }
    std::vector<Waiting> unsent;
    {
      const std::lock_guard lock(mutex_);
      unsent.swap(waiting_);
    }
    for (auto& waiting : unsent) waiting.done(shut_down());
    shelf_.clear();
  }

  static int watch(CURL*, curl_socket_t fd, int what, void* self, void*) {
    const int epoll = static_cast<Loop*>(self)->epoll_.get();
    if (what == CURL_POLL_REMOVE) {
      epoll_ctl(epoll, EPOLL_CTL_DEL, fd, nullptr);
      return 0;
    }
    epoll_event event{.events = 0, .data = {.fd = fd}};
    if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) != 0 && errno == ENOENT)
      epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    return 0;
  }

  static int set_timer(CURLM*, long timeout_ms, void* self) {
    auto& due = static_cast<Loop*>(self)->due_;
    due.reset();
    if (timeout_ms >= 0) due = Clock::now() + std::chrono::milliseconds(timeout_ms);
    return 0;
  }

  const ClientOptions options_;
  const Descriptor epoll_{epoll_create1(EPOLL_CLOEXEC)};
  const Descriptor bell_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};

  std::mutex mutex_;  ///< Guards the next two.
  std::vector<Waiting> waiting_;
  bool stopping_ = false;

  // Only the thread touches these.
  CURLM* multi_ = nullptr;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> out_;
  std::vector<std::unique_ptr<Transfer>> shelf_;
  std::optional<Clock::time_point> due_;

  std::thread thread_;
};

CurlClient::CurlClient(ClientOptions options) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  loop_ = std::make_unique<Loop>(std::move(options));
}

CurlClient::~CurlClient() = default;

void CurlClient::send(HttpCall call, std::function<void(HttpAnswer)> done) {
  loop_->take(std::move(call), std::move(done));
}

}  // namespace tael
