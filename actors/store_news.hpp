// What somebody must know of what became durable, as log lines: a path that opened or closed, a switch that a person
// turned, a notice that was not taken, an alert that began or ended. One place for all of them, because all of them are
// commits; what became of orders is told by the order itself.
#pragma once

#include "actors/ports/log.hpp"
#include "actors/ports/store.hpp"

#include <string>
#include <vector>

namespace tael {

struct LogLine {
  Level level = Level::info;
  std::string event;
  Fields fields;
};

/// For one commit, once it is durable. Empty for most.
std::vector<LogLine> lines_about(const Commit& commit);

}  // namespace tael
