// All that can be said in a story. Each row parses its sentence, plays it and prints it.
#pragma once

#include "runtime/scenario/words.hpp"

#include <iosfwd>
#include <span>
#include <string>
#include <vector>

namespace tael::config {
struct Config;
}

namespace tael::scenario {

struct Stage;

/// What somebody does at a time of the script.
void perform(Stage& stage, std::size_t phrase, const Arguments& arguments);
std::span<const Phrase> deed_phrases();

struct Verdict {
  bool holds = false;
  std::string found;  ///< What is the case instead.
};
/// Whether something is the case now.
Verdict judge(const Stage& stage, std::size_t phrase, const Arguments& arguments);
std::span<const Phrase> fact_phrases();

/// The words of closed slots: codes of the configuration, names of faults, states and crash points.
Lexicon lexicon_of(const config::Config& config);

/// Every named place where a node can be made to die.
std::vector<std::string> crash_points();

/// Every sentence with an example, as `tael scenario words` prints it.
void print_words(std::ostream& out);

}  // namespace tael::scenario
