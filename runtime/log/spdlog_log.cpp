#include "runtime/log/spdlog_log.hpp"

#include "actors/domain/assert.hpp"
#include "runtime/log/log_line.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <stdexcept>
#include <utility>

namespace tael {

namespace {

spdlog::sink_ptr open_sink(const std::string& file) {
  if (file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  try {
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
  } catch (const spdlog::spdlog_ex& error) {
    throw std::runtime_error("the log file " + file + " cannot be opened: " + error.what());
  }
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  broken_promise("level", "a level is one of spdlog's", __FILE__, __LINE__);
}

}  // namespace

struct SpdlogLog::Sink {
  explicit Sink(const std::string& file) : logger("tael", open_sink(file)) {
    logger.set_pattern("%v");
    logger.set_level(spdlog::level::trace);
    logger.flush_on(spdlog::level::trace);
  }
  spdlog::logger logger;
};

SpdlogLog::SpdlogLog(LogOptions options, const Clock& clock, Redactor redactor)
    : level_(options.level),
      node_(std::move(options.node)),
      clock_(clock),
      redactor_(std::make_shared<const Redactor>(std::move(redactor))),
      sink_(std::make_unique<Sink>(options.file)) {}

SpdlogLog::~SpdlogLog() = default;

void SpdlogLog::line(Level level, std::string_view event, const Fields& fields) {
  if (level < level_.load(std::memory_order_relaxed)) return;
  const auto redactor = redactor_.load();
  sink_->logger.log(spdlog_level(level), log_line(clock_.now(), level, node_, event, fields, *redactor));
}

void SpdlogLog::redact_with(Redactor redactor) {
  redactor_.store(std::make_shared<const Redactor>(std::move(redactor)));
}

}  // namespace tael
