#include "runtime/wall/stack_dump.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <dirent.h>
#include <execinfo.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tael {
namespace {

constexpr int frames_max = 64, threads_max = 256;
constexpr int patience_ms = 200;

std::atomic<pid_t> asked = 0, answered = 0;
std::atomic<int> to_file = -1;

/// The kernel starts real-time signals at 32; glibc keeps the first two for itself.
int dump_signal() { return SIGRTMIN + 3; }

pid_t this_thread() { return static_cast<pid_t>(::syscall(SYS_gettid)); }

void write_own_stack(int) {
  const auto before = errno;
  const auto me = this_thread();
  if (asked.load() == me) {  // Not one who was given up on, and comes late.
    std::array<void*, frames_max> frames{};
    const auto found = ::backtrace(frames.data(), frames_max);
    ::backtrace_symbols_fd(frames.data(), found, to_file.load());
    answered.store(me);
  }
  errno = before;
}

bool ask(pid_t thread) {
  answered.store(0);
  asked.store(thread);
  if (::syscall(SYS_tgkill, ::getpid(), thread, dump_signal()) != 0) return false;
  const timespec pause{0, 1'000'000};
  for (int waited = 0; waited < patience_ms && answered.load() != thread; ++waited) ::nanosleep(&pause, nullptr);
  asked.store(0);
  return answered.load() == thread;
}

void say_whose(int file, pid_t thread) {
  std::array<char, 64> path{}, name{};
  std::snprintf(path.data(), path.size(), "/proc/self/task/%d/comm", static_cast<int>(thread));
  if (const int comm = ::open(path.data(), O_RDONLY | O_CLOEXEC); comm >= 0) {
    const auto length = ::read(comm, name.data(), name.size() - 1);
    if (length > 0) name.at(static_cast<std::size_t>(length - 1)) = '\0';  // Its line end.
    ::close(comm);
  }
  ::dprintf(file, "stack of thread %d (%s):\n", static_cast<int>(thread), name.data());
}

}  // namespace

void prepare_stack_dump() {
  std::array<void*, 1> first{};
  ::backtrace(first.data(), 1);  // Its first call loads a library.
  struct sigaction action {};
  action.sa_handler = write_own_stack;
  action.sa_flags = SA_RESTART;
  ::sigaction(dump_signal(), &action, nullptr);
}

int dump_stacks(int file) {
  to_file.store(file);
  auto* const threads = ::opendir("/proc/self/task");
  if (threads == nullptr) return 0;
  int count = 0, seen = 0;
  for (const dirent* entry = ::readdir(threads); entry != nullptr && seen < threads_max; entry = ::readdir(threads)) {
    const auto thread = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    if (thread <= 0) continue;
    seen += 1;
    say_whose(file, thread);
    if (ask(thread))
      count += 1;
    else
      ::dprintf(file, "it does not hear signals\n");
  }
  ::closedir(threads);
  return count;
}

}  // namespace tael
