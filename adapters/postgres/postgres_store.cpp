#include "adapters/postgres/postgres_store.hpp"

#include "adapters/postgres/read_thread.hpp"
#include "adapters/postgres/writer.hpp"

#include <atomic>

namespace tael::postgres {
namespace {

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
        reads(options, "store.read") {
    publish();
    write_thread = std::jthread{[this] { write_all(stopping.get_token()); }};
    pthread_setname_np(write_thread.native_handle(), "store.write");
  }
  ~Threads() {
    stopping.request_stop();
    write_thread.join();
    reads.close();
    writes.close();
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

  const StoreOptions options;
  std::stop_source stopping;
  WorkQueue writes;
  Writer writer;
  ReadThread reads;
  std::atomic<bool> up = false;
  std::atomic<int> backend = 0;
  std::jthread write_thread;
};

PostgresStore::PostgresStore(StoreOptions options, const Clock& clock)
    : threads_(std::make_unique<Threads>(std::move(options), clock)) {}
PostgresStore::~PostgresStore() = default;

bool PostgresStore::holds() const { return threads_->writer.lease().holds(); }

void PostgresStore::prove(std::function<void(bool)> done) {
  auto& writer = threads_->writer;
  threads_->writes.put({[done, &writer] { done(writer.prove_lease()); }, [done] { done(false); }});
}

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
  threads_->reads.read(std::move(done), [id = std::move(id)](Reader& reader) { return reader.load_order(id); });
}

void PostgresStore::find_order(std::string business, std::string order_no,
                               std::function<void(Read<std::optional<std::string>>)> done) {
  threads_->reads.read(std::move(done), [business = std::move(business), order_no = std::move(order_no)](
                                            Reader& reader) { return reader.find_order(business, order_no); });
}

void PostgresStore::find_key(std::string business, std::string route, std::string key,
                             std::function<void(Read<std::optional<IdempotencyKey>>)> done) {
  threads_->reads.read(std::move(done),
                       [business = std::move(business), route = std::move(route),
                        key = std::move(key)](Reader& reader) { return reader.find_key(business, route, key); });
}

void PostgresStore::load_timers(std::function<void(Read<std::vector<Timer>>)> done) {
  threads_->reads.read(std::move(done), [](Reader& reader) { return reader.load_timers(); });
}
void PostgresStore::load_interrupted(std::function<void(Read<std::vector<std::string>>)> done) {
  threads_->reads.read(std::move(done), [](Reader& reader) { return reader.load_interrupted(); });
}
void PostgresStore::load_parked_notices(std::string order_id, std::function<void(Read<std::vector<Notice>>)> done) {
  threads_->reads.read(std::move(done),
                       [id = std::move(order_id)](Reader& reader) { return reader.load_parked_notices(id); });
}

void PostgresStore::load_notices(std::function<void(Read<std::vector<Notice>>)> done) {
  threads_->reads.read(std::move(done), [](Reader& reader) { return reader.load_notices(); });
}
void PostgresStore::load_account(std::string id, std::function<void(Read<std::optional<AccountRow>>)> done) {
  threads_->reads.read(std::move(done), [id = std::move(id)](Reader& reader) { return reader.load_account(id); });
}
void PostgresStore::load_postings(std::function<void(Read<std::vector<PostingOnItsWay>>)> done) {
  threads_->reads.read(std::move(done), [](Reader& reader) { return reader.load_postings(); });
}
void PostgresStore::load_breakers(std::function<void(Read<std::vector<BreakerRow>>)> done) {
  threads_->reads.read(std::move(done), [](Reader& reader) { return reader.load_breakers(); });
}
void PostgresStore::load_alerts_due(std::function<void(Read<AlertsDue>)> done) {
  threads_->reads.read(std::move(done), [](Reader& reader) { return reader.load_alerts_due(); });
}
void PostgresStore::load_open_alerts(std::string kind, std::function<void(Read<std::vector<AlertRecord>>)> done) {
  threads_->reads.read(std::move(done),
                       [kind = std::move(kind)](Reader& reader) { return reader.load_open_alerts(kind); });
}
void PostgresStore::load_alert(std::int64_t id, std::function<void(Read<std::optional<AlertRecord>>)> done) {
  threads_->reads.read(std::move(done), [id](Reader& reader) { return reader.load_alert(id); });
}

}  // namespace tael::postgres
