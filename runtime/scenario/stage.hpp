// Everything a story is played on, in one place. What stands below uses what stands above it, and ends before it.
#pragma once

#include "runtime/scenario/chronicle.hpp"
#include "runtime/scenario/customers.hpp"
#include "runtime/scenario/node_life.hpp"
#include "runtime/scenario/promises.hpp"
#include "runtime/scenario/town.hpp"
#include "runtime/scenario/vocabulary.hpp"
#include "runtime/scenario/windows.hpp"

namespace tael::scenario {

struct Stage final : Town {
  Stage(const Story& story, std::uint64_t seed, bool keeps_lines);

  ~Stage() override;

  kit::World world;
  kit::SeededDice outside;  ///< Of institutions, so that they do not share the node's dice.
  Machine machine;
  Institutions institutions;
  simulated::BusinessTwins businesses;
  Mailbox mailbox;
  Promises promises;
  Customers customers;
  config::Config configured;  ///< What the present node was started with.
  std::unique_ptr<NodeLife> node;
  Duration down_for{1s};          ///< From a death of the node to its next start.
  TimePoint well_since{};         ///< When node and store were there again, both of them.
  std::set<std::string> retired;  ///< Paths that the configuration does not have at the node's next start.
  int deaths = 0;
  WindowSet windows = 0;  ///< Hit at deaths so far.
  std::optional<Chronicler> chronicler;

  TimePoint now() const override { return world.now(); }
  std::int64_t unix_seconds() const override { return unix_ms(world.now()) / 1000; }
  std::string notify_url(const std::string& business) const override {
    return simulated::BusinessTwins::url_of(business);
  }
  void request(ServerRequest request, std::function<void(ServerResponse)> done) override;
  void told(const std::string& order_id, std::int64_t version) override { promises.told(order_id, version); }
  void pay_at_institution(const std::string& order_id, const std::string& path,
                          const std::function<void(const std::string& number)>& then) override;
  View view() const { return {machine.disk, customers, businesses, mailbox, deaths}; }
  void start_node();
  /// Ends what is left of a dead node and lets the next one start in time.
  void bury_node();
  void configure();
  /// Switches the store off or on under the node.
  void set_store_up(bool up);
};

}  // namespace tael::scenario
