#include "runtime/bench/child.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace tael::bench {
namespace {

using Steady = std::chrono::steady_clock;

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Child::Child(const ChildOptions& options) : log_file_(options.log_file) {
  const std::string program = options.program.empty() ? "/proc/self/exe" : options.program;
  std::vector<std::string> arguments{options.program.empty() ? "tael" : options.program}, environment;
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  for (const auto& [name, value] : options.environment) environment.push_back(name + "=" + value);
  auto argument_pointers = pointers_to(arguments), environment_pointers = pointers_to(environment);

  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) throw ChildError(std::string{"pipe: "} + std::strerror(errno));
  const int log = open(log_file_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  pid_ = fork();
  if (pid_ == 0) {  // Only calls that are safe between fork and exec.
    setpgid(0, 0);  // Ctrl-C is for the bench, which then ends its children in order.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(pipe[1], STDOUT_FILENO);
    if (log >= 0) dup2(log, STDERR_FILENO);
    execvpe(program.c_str(), argument_pointers.data(), environment_pointers.data());
    _exit(127);
  }
  close(pipe[1]);
  if (log >= 0) close(log);
  out_ = pipe[0];
  if (pid_ < 0) throw ChildError(std::string{"fork: "} + std::strerror(errno));
}

Child::~Child() {
  stop();
  close(out_);
}

std::string Child::line(Duration within) {
  const auto deadline = Steady::now() + within;
  for (;;) {
    if (const auto end = heard_.find('\n'); end != std::string::npos) {
      auto line = heard_.substr(0, end);
      heard_.erase(0, end + 1);
      return line;
    }
    const auto left = std::chrono::ceil<Duration>(deadline - Steady::now());
    pollfd waited{.fd = out_, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || poll(&waited, 1, static_cast<int>(left.count())) == 0)
      throw ChildError("a process did not say that it is ready; see " + log_file_);
    std::array<char, 4096> chunk{};
    const auto bytes = read(out_, chunk.data(), chunk.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) throw ChildError("a process ended before it was ready; see " + log_file_);
    heard_.append(chunk.data(), static_cast<std::size_t>(bytes));
  }
}

int Child::stop(Duration patience) {
  if (pid_ <= 0) return 0;
  kill(pid_, SIGTERM);
  int status = 0;
  for (const auto deadline = Steady::now() + patience; waitpid(pid_, &status, WNOHANG) == 0;) {
    if (Steady::now() > deadline) {
      kill(pid_, SIGKILL);
      waitpid(pid_, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace tael::bench
