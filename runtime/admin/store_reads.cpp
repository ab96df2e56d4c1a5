#include "runtime/admin/store_reads.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace tael {
namespace {

constexpr std::size_t waiting_max = 32;
constexpr Duration answer_within{10'000};

}  // namespace

struct StoreReads::Thread {
  struct Question {
    std::function<void(postgres::Snapshot&)> work;
    std::function<void(const std::string&)> failed;
  };

  explicit Thread(std::string given) : url(std::move(given)), worker([this] { run(); }) {}
  ~Thread() {
    {
      const std::lock_guard lock{mutex};
      closing = true;
    }
    wake.notify_one();
    worker.join();
    // Whoever hears that may ask again, and is refused at once.
    for (auto& question : std::exchange(waiting, {})) question.failed("the node is stopping");
  }

  void run() {
    for (std::unique_lock lock{mutex};;) {
      wake.wait(lock, [this] { return closing || !waiting.empty(); });
      if (closing) return;
      const auto question = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      answer(question);
      lock.lock();
    }
  }

  void answer(const Question& question) const {
    try {
      postgres::Snapshot snapshot{url, answer_within};
      question.work(snapshot);
    } catch (const std::exception& error) {
      question.failed(error.what());
    }
  }

  const std::string url;
  std::mutex mutex;  ///< Guards what follows.
  std::condition_variable wake;
  std::deque<Question> waiting;
  bool closing = false;
  std::thread worker;  ///< Last: it uses all of the above.
};

StoreReads::StoreReads(std::string url) : thread_(std::make_unique<Thread>(std::move(url))) {}
StoreReads::~StoreReads() = default;

void StoreReads::ask(std::function<void(postgres::Snapshot&)> work, std::function<void(const std::string&)> failed) {
  {
    const std::lock_guard lock{thread_->mutex};
    if (thread_->waiting.size() < waiting_max && !thread_->closing) {
      thread_->waiting.push_back({std::move(work), std::move(failed)});
      failed = nullptr;
    }
  }
  if (failed) return failed("too many questions wait already");
  thread_->wake.notify_one();
}

}  // namespace tael
