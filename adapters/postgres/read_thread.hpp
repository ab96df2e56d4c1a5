// A thread that reads, with a connection of its own. Answers are heard on that thread, so whoever hears one there makes
// all who wait behind it wait.
#pragma once

#include "adapters/postgres/reader.hpp"
#include "adapters/postgres/work_queue.hpp"

#include <memory>
#include <pthread.h>
#include <stdexcept>
#include <thread>
#include <utility>

namespace tael::postgres {

class ReadThread {
 public:
  /// `options` outlives the thread; `name` is shown by the system's tools, at most 15 characters.
  ReadThread(const StoreOptions& options, const char* name,
             std::size_t waiting_max = std::numeric_limits<std::size_t>::max())
      : waiting_(waiting_max), reader_(options), thread_([this](const std::stop_token& stop) { run(stop); }) {
    pthread_setname_np(thread_.native_handle(), name);
  }
  ~ReadThread() { close(); }
  ReadThread(const ReadThread&) = delete;

  /// Finishes the read under way and refuses the others, and whatever is asked later. Not on the thread itself.
  void close() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    waiting_.close();
  }

  /// `done` is called once: with what `work` made of the reader, or with why it could not be asked.
  template <class T, class Work>
  void read(std::function<void(Read<T>)> done, Work work) {
    const auto shared = std::make_shared<std::function<void(Read<T>)>>(std::move(done));
    waiting_.put({[this, shared, work = std::move(work)] {
                    Read<T> read;
                    try {
                      read.value = work(reader_);
                    } catch (const std::runtime_error& error) {
                      read.error = error.what();
                    }
                    (*shared)(std::move(read));
                  },
                  [shared] { (*shared)({.value = {}, .error = "the store is closing, or too many reads wait"}); }});
  }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested())
      if (const auto work = waiting_.next(stop, std::nullopt)) work->run();
  }

  WorkQueue waiting_;
  Reader reader_;
  std::jthread thread_;  ///< Last: it uses all of the above.
};

}  // namespace tael::postgres
