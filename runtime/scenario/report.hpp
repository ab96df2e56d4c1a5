// What came of playing, for people, for scripts and for build servers.
#pragma once

#include "runtime/scenario/player.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace tael::scenario {

/// One story played once.
struct Played {
  const Story* story = nullptr;
  PlayOptions options;
  Outcome outcome;
  double seconds = 0;     ///< On the wall.
  std::string live_at{};  ///< The real node it was played on; empty: virtual time.
};

/// The one command that plays it again.
std::string replay_command(const Played& played);
/// ` --config DIR` when it was played on another folder than the usual one and does not say so itself.
std::string config_option(const Story& story);

Played play_timed(const Story& story, const PlayOptions& options);
/// What broke is played once more with all that explains it: the same seed says the same.
void explain(Played& played);

/// One line when all held; the broken promise, what came before it and how to replay it when not. `lines` is the trace.
void print_outcome(std::ostream& out, const Played& played);
/// One JSON object in one line; read back, it is the play without its lines.
std::string json_line(const Played& played);
Played played_from_json(const std::string& line, const Story& story, const PlayOptions& options);
void print_json(std::ostream& out, const Played& played);
/// The lines that name `order` (its number or its id); all when it is empty. False when there is none.
bool print_trace(std::ostream& out, const Outcome& outcome, const std::string& order);

/// `junit.xml`, `events.ndjson` and `timeline.html`. False when the folder cannot be written.
bool write_report(const std::string& folder, const std::vector<Played>& all);

}  // namespace tael::scenario
