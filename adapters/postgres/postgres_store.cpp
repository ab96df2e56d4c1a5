#include "adapters/postgres/postgres_store.hpp"

#include "adapters/postgres/reader.hpp"
#include "adapters/postgres/writer.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <pthread.h>
#include <thread>

namespace tael::postgres {
namespace {

/// Work that waits for its thread. What is left at the end is told so.
class Queue {
 public:
  struct Work {
    std::function<void()> run;
    std::function<void()> refuse;
  };
  void put(Work work) {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(std::move(work));
    }
    changed_.notify_one();
  }
  /// The next work; nothing when `within` passed or a stop was asked for.
  std::optional<Work> next(const std::stop_token& stop, std::optional<Duration> within) {
    std::unique_lock lock{mutex_};
    const auto has_work = [&] { return !waiting_.empty(); };
    const bool found = within ? changed_.wait_for(lock, stop, *within, has_work) : changed_.wait(lock, stop, has_work);
    if (!found || stop.stop_requested()) return std::nullopt;
    auto work = std::move(waiting_.front());
    waiting_.pop_front();
    return work;
  }
  void refuse_all() {
    for (std::unique_lock lock{mutex_}; !waiting_.empty(); lock.lock()) {
      auto work = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      work.refuse();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Work> waiting_;
};

/// How often a writer without work looks whether its connection still stands.
constexpr Duration idle_look{1000};

std::vector<CommitResult> all_unavailable(std::size_t size, const std::string& why) {
  return std::vector<CommitResult>(size, {CommitOutcome::unavailable, "", why});
}

}  // namespace

struct PostgresStore::Threads {
  Threads(StoreOptions given, const Clock& clock)
      : options(std::move(given)),
        writer(options, clock, [this](Duration length) { return pause(length); }),
        reader(options) {
    publish();
    write_thread = std::jthread{[this] { write_all(stopping.get_token()); }};
    read_thread = std::jthread{[this] { read_all(stopping.get_token()); }};
    pthread_setname_np(write_thread.native_handle(), "store.write");
    pthread_setname_np(read_thread.native_handle(), "store.read");
  }
  ~Threads() {
    stopping.request_stop();
    write_thread.join();
    read_thread.join();
    writes.refuse_all();
    reads.refuse_all();
  }

  void publish() {
    up = writer.is_up();
    backend = writer.backend_pid();
  }

  /// Sleeps on the writer's thread; false when the store closes.
  bool pause(Duration length) {
    publish();
    std::mutex mutex;
    std::unique_lock lock{mutex};
    std::condition_variable_any never;
    const auto stop = stopping.get_token();
    never.wait_for(lock, stop, length, [] { return false; });
    return !stop.stop_requested();
  }

  void write_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (const auto work = writes.next(stop, writer.is_up() ? idle_look : writer.until_reconnect()))
        work->run();
      else
        writer.look_around();
      publish();
    }
  }
  void read_all(const std::stop_token& stop) {
    while (!stop.stop_requested())
      if (const auto work = reads.next(stop, std::nullopt)) work->run();
  }

  template <class T, class Work>
  void read(std::function<void(Read<T>)> done, Work work) {
    const auto shared = std::make_shared<std::function<void(Read<T>)>>(std::move(done));
    reads.put({[this, shared, work = std::move(work)] {
                 Read<T> read;
                 try {
                   read.value = work(reader);
                 } catch (const std::runtime_error& error) {
                   read.error = error.what();
                 }
                 (*shared)(std::move(read));
               },
               [shared] { (*shared)({.value = {}, .error = "the store is closing"}); }});
  }

  const StoreOptions options;
  std::stop_source stopping;
  Queue writes, reads;
  Writer writer;
  Reader reader;
  std::atomic<bool> up = false;
  std::atomic<int> backend = 0;
  std::jthread write_thread, read_thread;
};

PostgresStore::PostgresStore(StoreOptions options, const Clock& clock)
    : threads_(std::make_unique<Threads>(std::move(options), clock)) {}
PostgresStore::~PostgresStore() = default;

bool PostgresStore::is_up() const { return threads_->up; }
int PostgresStore::writer_backend() const { return threads_->backend; }

void PostgresStore::write(std::vector<Commit> batch, std::function<void(std::vector<CommitResult>)> done) {
  struct Waiting {
    std::vector<Commit> batch;
    std::function<void(std::vector<CommitResult>)> done;
  };
  const auto waiting = std::make_shared<Waiting>(std::move(batch), std::move(done));
  auto& writer = threads_->writer;
  threads_->writes.put({[waiting, &writer] { waiting->done(writer.write(waiting->batch)); },
                        [waiting] { waiting->done(all_unavailable(waiting->batch.size(), "the store is closing")); }});
}

void PostgresStore::load_order(std::string id, std::function<void(Read<std::optional<OrderRecord>>)> done) {
  threads_->read(std::move(done), [id = std::move(id)](Reader& reader) { return reader.load_order(id); });
}

void PostgresStore::find_order(std::string business, std::string order_no,
                               std::function<void(Read<std::optional<std::string>>)> done) {
  threads_->read(std::move(done), [business = std::move(business), order_no = std::move(order_no)](Reader& reader) {
    return reader.find_order(business, order_no);
  });
}

void PostgresStore::find_key(std::string business, std::string route, std::string key,
                             std::function<void(Read<std::optional<IdempotencyKey>>)> done) {
  threads_->read(std::move(done), [business = std::move(business), route = std::move(route), key = std::move(key)](
                                      Reader& reader) { return reader.find_key(business, route, key); });
}

void PostgresStore::load_timers(std::function<void(Read<std::vector<Timer>>)> done) {
  threads_->read(std::move(done), [](Reader& reader) { return reader.load_timers(); });
}
void PostgresStore::load_interrupted(std::function<void(Read<std::vector<std::string>>)> done) {
  threads_->read(std::move(done), [](Reader& reader) { return reader.load_interrupted(); });
}
void PostgresStore::load_parked_notices(std::string order_id, std::function<void(Read<std::vector<Notice>>)> done) {
  threads_->read(std::move(done),
                 [id = std::move(order_id)](Reader& reader) { return reader.load_parked_notices(id); });
}

void PostgresStore::load_notices(std::function<void(Read<std::vector<Notice>>)> done) {
  threads_->read(std::move(done), [](Reader& reader) { return reader.load_notices(); });
}
void PostgresStore::load_account(std::string id, std::function<void(Read<std::optional<AccountRow>>)> done) {
  threads_->read(std::move(done), [id = std::move(id)](Reader& reader) { return reader.load_account(id); });
}
void PostgresStore::load_postings(std::function<void(Read<std::vector<PostingOnItsWay>>)> done) {
  threads_->read(std::move(done), [](Reader& reader) { return reader.load_postings(); });
}
void PostgresStore::load_breakers(std::function<void(Read<std::vector<BreakerRow>>)> done) {
  threads_->read(std::move(done), [](Reader& reader) { return reader.load_breakers(); });
}
void PostgresStore::load_alerts_due(std::function<void(Read<AlertsDue>)> done) {
  threads_->read(std::move(done), [](Reader& reader) { return reader.load_alerts_due(); });
}
void PostgresStore::load_open_alerts(std::string kind, std::function<void(Read<std::vector<AlertRecord>>)> done) {
  threads_->read(std::move(done), [kind = std::move(kind)](Reader& reader) { return reader.load_open_alerts(kind); });
}
void PostgresStore::load_alert(std::int64_t id, std::function<void(Read<std::optional<AlertRecord>>)> done) {
  threads_->read(std::move(done), [id](Reader& reader) { return reader.load_alert(id); });
}

}  // namespace tael::postgres
