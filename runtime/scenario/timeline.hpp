// The timeline of a report: one page that needs nothing but itself, with everything on one time axis. It reads without
// JavaScript; with it, what is under the pointer says its figures.
#pragma once

#include "runtime/scenario/report.hpp"

#include <string>
#include <vector>

namespace tael::scenario {

/// A fault from its begin to its end; `from == to` is a moment.
struct Band {
  std::string text;
  Duration from{0}, to{0};
};
/// Faults end by their own length, by the sentence that ends them, or at `end`.
std::vector<Band> bands_of(const Chronicle& chronicle, Duration end);

/// One HTML page about those plays that kept a chronicle; about the others a line each.
std::string timeline_page(const std::vector<Played>& all);

/// The drawing of one play, from its start to `end`, as SVG.
std::string timeline_svg(const Played& played, Duration end);

}  // namespace tael::scenario
