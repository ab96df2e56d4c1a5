// All that can be said in a story. Each row parses its sentence, plays it and prints it.
#pragma once

#include "runtime/scenario/words.hpp"

#include <iosfwd>
#include <span>
#include <string>
#include <vector>

namespace tael::simulated {
class BusinessTwins;
struct SimulatedDisk;
}  // namespace tael::simulated

namespace tael::config {
struct Config;
}

namespace tael::scenario {

class Customers;
class Mailbox;
struct Stage;

/// What somebody does at a time of the script.
void perform(Stage& stage, std::size_t phrase, const Arguments& arguments);
std::span<const Phrase> deed_phrases();
/// Something payers or businesses do with an order; the rest happens to them.
bool is_by_customers(std::size_t phrase);
/// Only for those.
void perform_by_customers(Customers& customers, std::size_t phrase, const Arguments& arguments);

/// What facts are judged by: in virtual time the disk itself, on a real node a picture of it.
struct View {
  const simulated::SimulatedDisk& disk;
  const Customers& customers;
  const simulated::BusinessTwins& businesses;
  const Mailbox& mailbox;
  int deaths = 0;
};

struct Verdict {
  bool holds = false;
  std::string found;  ///< What is the case instead.
};
/// Whether something is the case now.
Verdict judge(const View& view, std::size_t phrase, const Arguments& arguments);
std::span<const Phrase> fact_phrases();
/// A business can tell, by asking the API and by its notices.
bool is_seen_from_outside(std::size_t phrase);

/// The words of closed slots: codes of the configuration, names of faults, states and crash points.
Lexicon lexicon_of(const config::Config& config);

/// Every named place where a node can be made to die.
std::vector<std::string> crash_points();

/// Every sentence with an example, as `tael scenario words` prints it.
void print_words(std::ostream& out);

}  // namespace tael::scenario
