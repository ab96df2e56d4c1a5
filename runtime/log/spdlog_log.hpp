// The node's log: JSON lines to standard error, or appended to a file that an outside tool may rotate by copying
// and truncating. Masks at the source: nothing reaches spdlog that has not been through the redactor.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/log.hpp"
#include "runtime/log/redactor.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace tael {

struct LogOptions {
  Level level = Level::info;  ///< Lines below it cost one comparison.
  std::string node{};
  std::string file{};  ///< Empty: standard error.
};

class SpdlogLog final : public Log {
 public:
  /// Throws std::runtime_error naming the file when it cannot be opened.
  SpdlogLog(LogOptions options, const Clock& clock, Redactor redactor);
  ~SpdlogLog() override;
  /// Written through before it returns, so that the last line before a crash is there to be read.
  void line(Level level, std::string_view event, const Fields& fields) override;

  // From any thread.
  void set_level(Level level) { level_ = level; }
  /// Give it the old secrets with the new ones: lines about the past may still come.
  void redact_with(Redactor redactor);

 private:
  struct Sink;
  std::atomic<Level> level_;
  std::string node_;
  const Clock& clock_;
  std::atomic<std::shared_ptr<const Redactor>> redactor_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace tael
