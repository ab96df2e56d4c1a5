// Everything a story is played on, in one place. What stands below uses what stands above it, and ends before it.
#pragma once

#include "runtime/scenario/customers.hpp"
#include "runtime/scenario/node_life.hpp"
#include "runtime/scenario/promises.hpp"
#include "runtime/scenario/story.hpp"
#include "runtime/scenario/windows.hpp"

namespace tael::scenario {

struct Stage {
  Stage(const Story& story, std::uint64_t seed, bool keeps_lines);

  const Story& story;
  kit::World world;
  Agenda agenda;
  Trace trace;
  kit::SeededDice outside;  ///< Of institutions, so that they do not share the node's dice.
  Machine machine;
  Institutions institutions;
  simulated::BusinessTwins businesses;
  Promises promises;
  Customers customers;
  std::unique_ptr<NodeLife> node;
  Duration down_for{1s};  ///< From a death of the node to its next start.
  int deaths = 0;
  WindowSet windows = 0;  ///< Hit at deaths so far.
  bool keeps_deeds = false;
  std::vector<std::string> deeds;

  /// What the load makes a customer do now, as a script would say it.
  void note_deed(const std::string& sentence) {
    if (keeps_deeds) deeds.push_back(story_time(elapsed()) + " " + sentence);
  }
  Duration elapsed() const { return world.now() - story.start; }
  void start_node();
  /// Ends what is left of a dead node and lets the next one start in time.
  void bury_node();
  /// Switches the store off or on under the node.
  void set_store_up(bool up);
};

}  // namespace tael::scenario
