#include "adapters/mail/smtp_client.hpp"

#include "actors/domain/alert_life.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace tael {
namespace {

using Steady = std::chrono::steady_clock;

/// What libcurl reads a mail from.
struct Unsent {
  std::string text;
  std::size_t at = 0;
};

std::size_t read_mail(char* to, std::size_t size, std::size_t count, void* from) {
  auto& unsent = *static_cast<Unsent*>(from);
  const auto bytes = unsent.text.copy(to, size * count, unsent.at);
  unsent.at += bytes;
  return bytes;
}

int is_stopping(void* stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<std::atomic<bool>*>(stopping)->load() ? 1 : 0;
}

/// A server's text never reaches a log as it is: one line, not long.
std::string short_words(std::string_view words) {
  constexpr std::size_t words_max = 200;
  std::string line{words.substr(0, words_max)};
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return line;
}

}  // namespace

class SmtpClient::Thread {
 public:
  explicit Thread(SmtpOptions options) : options_(std::move(options)), worker_([this] { run(); }) {}
  ~Thread() {
    stopping_ = true;
    {
      const std::lock_guard lock{mutex_};  // So that nobody sleeps who has not seen it.
    }
    wake_.notify_one();
    worker_.join();
    for (auto& waiting : std::exchange(waiting_, {})) waiting.done("the node is stopping");
  }

  void take(Mail mail, Duration deadline, std::function<void(std::string)> done) {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back({std::move(mail), Steady::now() + deadline, std::move(done)});
    }
    wake_.notify_one();
  }

 private:
  struct Waiting {
    Mail mail;
    Steady::time_point until;
    std::function<void(std::string)> done;
  };

  void run() {
    while (auto next = wait_for_mail()) next->done(deliver(*next));
  }

  std::optional<Waiting> wait_for_mail() {
    std::unique_lock lock{mutex_};
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return std::nullopt;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    return next;
  }

  /// A connection a mail: they are few, and a server that was restarted meanwhile costs nothing.
  std::string deliver(const Waiting& waiting) {
    const auto left = std::chrono::duration_cast<Duration>(waiting.until - Steady::now());
    if (left <= Duration{0}) return "no time was left after the mails before it";
    if (!is_mail_address(waiting.mail.from) || !is_mail_address(waiting.mail.to))
      return "'" + short_words(is_mail_address(waiting.mail.from) ? waiting.mail.to : waiting.mail.from) +
             "' is no mail address";
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{curl_easy_init(), curl_easy_cleanup};
    if (!easy) return "libcurl has no memory";
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> to{
        curl_slist_append(nullptr, ("<" + waiting.mail.to + ">").c_str()), curl_slist_free_all};
    std::array<char, CURL_ERROR_SIZE> words{};
    Unsent unsent{to_rfc5322(waiting.mail)};
    const auto url = (options_.tls == MailTls::tls ? "smtps://" : "smtp://") + options_.server + "/" +
                     waiting.mail.from.substr(waiting.mail.from.rfind('@') + 1);
    auto* const handle = easy.get();
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, words.data());
    curl_easy_setopt(handle, CURLOPT_USE_SSL,
                     static_cast<long>(options_.tls == MailTls::starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    if (!options_.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
    if (!options_.user.empty()) {
      curl_easy_setopt(handle, CURLOPT_USERNAME, options_.user.c_str());
      curl_easy_setopt(handle, CURLOPT_PASSWORD, options_.password.c_str());
    }
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, ("<" + waiting.mail.from + ">").c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, to.get());
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, read_mail);
    curl_easy_setopt(handle, CURLOPT_READDATA, &unsent);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, is_stopping);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &stopping_);
    const auto code = curl_easy_perform(handle);
    if (code == CURLE_OK) return "";
    long answered = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answered);
    const std::string said = words.front() != '\0' ? words.data() : curl_easy_strerror(code);
    return short_words(answered > 0 ? said + " (the server answered " + std::to_string(answered) + ")" : said);
  }

  const SmtpOptions options_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;  ///< Guards what follows.
  std::condition_variable wake_;
  std::deque<Waiting> waiting_;
  std::thread worker_;  ///< Last: it uses all of the above.
};

SmtpClient::SmtpClient(SmtpOptions options) : thread_(std::make_unique<Thread>(std::move(options))) {}
SmtpClient::~SmtpClient() = default;

void SmtpClient::send(Mail mail, Duration deadline, std::function<void(std::string)> done) {
  thread_->take(std::move(mail), deadline, std::move(done));
}

}  // namespace tael
