#include "adapters/http/client.hpp"

#include "actors/domain/assert.hpp"

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

constexpr std::size_t answer_head_bytes_max = 65'536;

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

bool is_line(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view{"()<>@,;:\\\"/[]?={}"}.find(static_cast<char>(c)) == std::string_view::npos;
  });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// One call under way. Handles go back to a shelf and are used again: making one is the dearest part of a call.
struct Transfer {
  CURL* easy = curl_easy_init();
  curl_slist* headers = nullptr;
  HttpCall call;
  std::function<void(HttpAnswer)> done;
  HttpAnswer answer;
  Clock::time_point began;
  std::size_t body_sent = 0, head_heard = 0;
  int starts = 0;  ///< How often libcurl was about to send the request.
  std::array<char, CURL_ERROR_SIZE> words{};

  Transfer() { TAEL_ASSERT(easy != nullptr, "libcurl has memory for a handle"); }
  ~Transfer() {
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
};

Transfer& transfer_of(void* self) { return *static_cast<Transfer*>(self); }

/// There is no seek function beside it, so libcurl cannot rewind and send a body twice.
std::size_t read_body(char* into, std::size_t size, std::size_t count, void* self) {
  auto& transfer = transfer_of(self);
  const auto left = transfer.call.body.size() - transfer.body_sent;
  const auto now = std::min(left, size * count);
  std::memcpy(into, transfer.call.body.data() + transfer.body_sent, now);
  transfer.body_sent += now;
  return now;
}

std::size_t hear_body(char* from, std::size_t size, std::size_t count, void* self) {
  auto& transfer = transfer_of(self);
  const auto bytes = size * count;
  if (transfer.answer.body.size() + bytes > transfer.call.answer_bytes_max) {
    transfer.answer.error = "the answer is too large";
    return bytes + 1;
  }
  transfer.answer.body.append(from, bytes);
  return bytes;
}

std::size_t hear_header(char* from, std::size_t size, std::size_t count, void* self) {
  auto& transfer = transfer_of(self);
  const std::string_view line{from, size * count};
  transfer.head_heard += line.size();
  if (transfer.head_heard > answer_head_bytes_max) {
    transfer.answer.error = "the answer's head is too large";
    return line.size() + 1;
  }
  if (line.starts_with("HTTP/")) transfer.answer.headers.clear();  // An interim answer came before.
  const auto colon = line.find(':');
  if (line.starts_with("HTTP/") || colon == std::string_view::npos) return line.size();
  std::string name{trimmed(line.substr(0, colon))};
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  transfer.answer.headers.emplace_back(std::move(name), std::string{trimmed(line.substr(colon + 1))});
  return line.size();
}

/// Called before each sending. A second time means libcurl is about to repeat a request whose fate is unknown.
int about_to_send(void* self, char*, char*, int, int) {
  return ++transfer_of(self).starts == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

template <class Value>
void set(Transfer& transfer, CURLoption option, Value value) {
  const auto code = curl_easy_setopt(transfer.easy, option, value);
  TAEL_ASSERT(code == CURLE_OK, "libcurl knows our options");
}

/// What is wrong with the call itself; empty when it can be sent.
std::string_view fault_of(const HttpCall& call) {
  if (!is_token(call.method)) return "malformed method";
  if (!is_line(call.url) || call.url.empty()) return "malformed URL";
  for (const auto& [name, value] : call.headers)
    if (!is_token(name) || !is_line(value)) return "malformed header";
  return {};
}

/// What is the same for every call; survives the handle's reuse.
void set_once(Transfer& transfer, const ClientOptions& options) {
  set(transfer, CURLOPT_PRIVATE, &transfer);
  set(transfer, CURLOPT_ERRORBUFFER, transfer.words.data());
  set(transfer, CURLOPT_NOSIGNAL, 1L);
  set(transfer, CURLOPT_PROXY, "");
  set(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
  set(transfer, CURLOPT_FOLLOWLOCATION, 0L);
  set(transfer, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(transfer, CURLOPT_PATH_AS_IS, 1L);
  set(transfer, CURLOPT_USERAGENT, "tael");
  set(transfer, CURLOPT_SSL_VERIFYPEER, 1L);
  set(transfer, CURLOPT_SSL_VERIFYHOST, 2L);
  set(transfer, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) set(transfer, CURLOPT_CAINFO, options.ca_file.c_str());
  const auto idle = std::chrono::ceil<std::chrono::seconds>(options.connection_idle_max).count();
  set(transfer, CURLOPT_MAXAGE_CONN, static_cast<long>(std::max<std::int64_t>(idle, 1)));
  set(transfer, CURLOPT_READFUNCTION, &read_body);
  set(transfer, CURLOPT_READDATA, &transfer);
  set(transfer, CURLOPT_WRITEFUNCTION, &hear_body);
  set(transfer, CURLOPT_WRITEDATA, &transfer);
  set(transfer, CURLOPT_HEADERFUNCTION, &hear_header);
  set(transfer, CURLOPT_HEADERDATA, &transfer);
  set(transfer, CURLOPT_PREREQFUNCTION, &about_to_send);
  set(transfer, CURLOPT_PREREQDATA, &transfer);
}

void add_line(Transfer& transfer, const std::string& line) {
  auto* longer = curl_slist_append(transfer.headers, line.c_str());
  TAEL_ASSERT(longer != nullptr, "libcurl has memory for a header");
  transfer.headers = longer;
}

void set_for(Transfer& transfer, const HttpCall& call) {
  set(transfer, CURLOPT_URL, call.url.c_str());
  const bool has_body = !call.body.empty() || call.method == "POST" || call.method == "PUT" || call.method == "PATCH";
  // As an upload libcurl adds no content type of its own, and reads the body through the callback.
  if (has_body) {
    set(transfer, CURLOPT_NOBODY, 0L);
    set(transfer, CURLOPT_UPLOAD, 1L);
    set(transfer, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
  } else {
    set(transfer, CURLOPT_UPLOAD, 0L);  // What the handle did before must not linger.
    if (call.method == "HEAD")
      set(transfer, CURLOPT_NOBODY, 1L);
    else
      set(transfer, CURLOPT_HTTPGET, 1L);
  }
  set(transfer, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  for (const auto& [name, value] : call.headers) add_line(transfer, value.empty() ? name + ";" : name + ": " + value);
  add_line(transfer, "Expect:");
  set(transfer, CURLOPT_HTTPHEADER, transfer.headers);
  // To libcurl zero means for ever.
  set(transfer, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(call.connect_deadline.count(), 1)));
  set(transfer, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(call.deadline.count(), 1)));
}

/// Money may have moved unless libcurl wrote no byte of the request (channels.md 1.3).
Transport transport_of(CURLcode code, Transfer& transfer) {
  if (code == CURLE_OK) return Transport::answered;
  long sent = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_REQUEST_SIZE, &sent);
  return sent == 0 && transfer.starts <= 1 ? Transport::not_sent : Transport::unknown;
}

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
    if (const auto fault = fault_of(waiting.call); !fault.empty()) {
      HttpAnswer answer;
      answer.transport = Transport::not_sent;
      answer.error = fault;
      waiting.done(std::move(answer));
      return;
    }
    std::unique_ptr<Transfer> transfer;
    if (shelf_.empty()) {
      transfer = std::make_unique<Transfer>();
      set_once(*transfer, options_);
    } else {
      transfer = std::move(shelf_.back());
      shelf_.pop_back();
    }
    transfer->call = std::move(waiting.call);
    transfer->done = std::move(waiting.done);
    transfer->began = waiting.began;
    set_for(*transfer, transfer->call);
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
    answer.transport = transport_of(code, *transfer);
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
    if (transfer.starts > 1) answer.error = "the reused connection died before an answer";
    if (!answer.error.empty()) return;
    answer.error = transfer.words[0] != '\0' ? transfer.words.data() : curl_easy_strerror(code);
  }

  void tell(std::unique_ptr<Transfer> transfer) {
    auto answer = std::move(transfer->answer);
    answer.took = std::chrono::duration_cast<Duration>(Clock::now() - transfer->began);
    const auto done = std::move(transfer->done);
    curl_slist_free_all(transfer->headers);
    transfer->headers = nullptr;
    transfer->answer = {};
    transfer->call = {};
    transfer->done = nullptr;
    transfer->body_sent = transfer->head_heard = 0;
    transfer->starts = 0;
    transfer->words[0] = '\0';
    shelf_.push_back(std::move(transfer));
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
