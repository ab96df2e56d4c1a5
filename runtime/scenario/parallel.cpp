#include "runtime/scenario/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <new>
#include <poll.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace tael::scenario {
namespace {

/// Seen by all processes: who takes the next piece.
struct Shared {
  std::atomic<std::size_t> next{0};
};

struct Worker {
  pid_t process = -1;
  int pipe = -1;
  std::string heard;    ///< Not a whole line yet.
  std::size_t now = 0;  ///< What it said it began.
  bool busy = false;
};

void say(int pipe, const std::string& line) {
  for (std::size_t said = 0; said < line.size();) {
    const auto wrote = ::write(pipe, line.data() + said, line.size() - said);
    if (wrote <= 0) _exit(1);  // Nobody listens any more.
    said += static_cast<std::size_t>(wrote);
  }
}

/// Every piece is two lines: `NO` when it begins, `=LINE` when it is done.
[[noreturn]] void labour(const Spread& all, Shared& shared, int pipe) {
  for (auto no = shared.next++; no < all.count; no = shared.next++) {
    say(pipe, std::to_string(no) + "\n");
    say(pipe, "=" + all.work(no) + "\n");
  }
  _exit(0);
}

class Foreman {
 public:
  explicit Foreman(const Spread& all) : all_(all) {
    auto* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no memory to share with processes");
    shared_ = new (memory) Shared;
  }
  ~Foreman() {
    for (const auto& worker : workers_) {
      if (worker.process < 0) continue;
      ::kill(worker.process, SIGKILL);
      ::waitpid(worker.process, nullptr, 0);
      ::close(worker.pipe);
    }
    ::munmap(shared_, sizeof(Shared));
  }
  Foreman(const Foreman&) = delete;

  bool run() {
    for (int i = 0; i < all_.jobs; ++i) hire();
    std::vector<pollfd> ears;
    while (true) {
      ears.clear();
      for (const auto& worker : workers_)
        if (worker.process >= 0) ears.push_back({worker.pipe, POLLIN, 0});
      if (ears.empty()) return true;
      ::poll(ears.data(), ears.size(), 500);
      for (const auto& ear : ears)
        if (ear.revents != 0 && !listen(ear.fd)) return false;
      all_.still_working();
    }
  }

 private:
  void hire() {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe to a process");
    const auto process = ::fork();
    if (process < 0) throw std::runtime_error("no process to work in");
    if (process == 0) {
      ::close(ends[0]);
      for (const auto& other : workers_) ::close(other.pipe);
      labour(all_, *shared_, ends[1]);
    }
    ::close(ends[1]);
    workers_.push_back({process, ends[0], {}, 0, false});
  }

  bool listen(int pipe) {
    auto& worker = *std::find_if(workers_.begin(), workers_.end(), [&](const Worker& w) { return w.pipe == pipe; });
    char piece[65536];
    const auto got = ::read(pipe, piece, sizeof piece);
    if (got <= 0) return is_gone(worker);
    worker.heard.append(piece, static_cast<std::size_t>(got));
    for (auto end = worker.heard.find('\n'); end != std::string::npos; end = worker.heard.find('\n')) {
      const auto line = worker.heard.substr(0, end);
      worker.heard.erase(0, end + 1);
      worker.busy = line.front() != '=';
      if (worker.busy)
        worker.now = std::stoull(line);
      else if (!all_.done(worker.now, line.substr(1)))
        return false;
    }
    return true;
  }

  bool is_gone(Worker& worker) {
    ::waitpid(worker.process, nullptr, 0);
    ::close(worker.pipe);
    worker.process = worker.pipe = -1;
    return !worker.busy || all_.done(worker.now, {});
  }

  const Spread& all_;
  Shared* shared_ = nullptr;
  std::vector<Worker> workers_;
};

}  // namespace

bool spread(const Spread& all) {
  if (all.jobs > 1) return Foreman{all}.run();
  for (std::size_t no = 0; no < all.count; ++no) {
    if (!all.done(no, all.work(no))) return false;
    all.still_working();
  }
  return true;
}

}  // namespace tael::scenario
