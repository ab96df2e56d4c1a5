#include "runtime/wall/process_crash_points.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tael {

namespace {

/// Ends this process as `kill -9` would: no destructor, no flush, no farewell.
[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

std::pair<std::string, unsigned long> parse_point(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto digits = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  unsigned long nth = 0;
  const auto* const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, nth);
  if (colon == 0 || digits.empty() || error != std::errc{} || stopped != end || nth == 0)
    throw std::invalid_argument("TAEL_CRASH_AT: '" + std::string{text} + "' is not name:nth, nth from 1");
  return {std::string{text.substr(0, colon)}, nth};
}

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

}  // namespace

ProcessCrashPoints::ProcessCrashPoints(std::string_view crash_at, const std::string& log_file) {
  while (!crash_at.empty()) {
    const auto one = crash_at.substr(0, crash_at.find(','));
    passings_left_.insert(parse_point(one));
    crash_at.remove_prefix(std::min(one.size() + 1, crash_at.size()));
  }
  if (log_file.empty()) return;
  log_ = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log_ < 0) throw std::system_error(errno, std::generic_category(), "TAEL_CRASH_LOG: " + log_file);
}

ProcessCrashPoints::~ProcessCrashPoints() {
  if (log_ >= 0) ::close(log_);
}

void ProcessCrashPoints::passed(std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (log_ >= 0) write_down(name);
  if (passings_left_.empty()) return;
  const auto found = passings_left_.find(std::string{name});
  if (found != passings_left_.end() && --found->second == 0) die();
}

void ProcessCrashPoints::write_down(std::string_view name) {
  if (written_.contains(name)) return;
  const auto line = *written_.emplace(name).first + "\n";
  // One write, past every buffer of ours: the line is there even if this is the point we die at.
  if (::write(log_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    throw std::system_error(errno, std::generic_category(), "TAEL_CRASH_LOG");
}

std::unique_ptr<CrashPoints> crash_points_from_environment() {
  const auto crash_at = variable("TAEL_CRASH_AT"), log_file = variable("TAEL_CRASH_LOG");
  if (crash_at.empty() && log_file.empty()) return std::make_unique<NoCrashPoints>();
  return std::make_unique<ProcessCrashPoints>(crash_at, std::string{log_file});
}

}  // namespace tael
