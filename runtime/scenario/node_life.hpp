// One life of a node, from its start to its end or its sudden death: the production actors, gateway and API over the
// twins. When it dies, nothing of it reaches the world any more, at once; its actors are buried after that.
#pragma once

#include "actors/kit/world.hpp"
#include "adapters/simulated/simulated_store.hpp"
#include "runtime/api/order_json.hpp"
#include "runtime/api/orders_api.hpp"
#include "runtime/config/config.hpp"
#include "runtime/node/actor_gateway.hpp"
#include "runtime/node/actors_of.hpp"
#include "runtime/scenario/agenda.hpp"
#include "runtime/scenario/institutions.hpp"
#include "runtime/scenario/mailbox.hpp"
#include "runtime/scenario/trace.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace tael::scenario {

/// How the machine under the node behaves; outlives every life.
struct Machine {
  simulated::SimulatedDisk disk;
  Duration commit_takes{4ms};
  bool store_is_up = true;
  std::map<std::string, int> adapter_crashes;  ///< Calls of a channel that its adapter does not survive.
  std::string crash_at;                        ///< The next passage of this point is the node's death; empty: none.
  int crash_skips = 0;                         ///< Passages of it (of any point when `crash_anywhere`) that go well.
  bool crash_anywhere = false;
  std::map<std::string, int, std::less<>> points_passed, points_died_at;
  std::vector<std::string> broken;  ///< Promises that actors found broken themselves.
};

struct LifeSurroundings {
  const config::Config& config;
  kit::World& world;
  Agenda& agenda;
  Machine& machine;
  Institutions& institutions;
  HttpClient& businesses;
  Mailbox& mailbox;
  Trace& trace;
};

class NodeLife {
 public:
  explicit NodeLife(LifeSurroundings surroundings);
  ~NodeLife();

  bool is_alive() const;
  /// A request at the API. `done` hears status 0 when the node dies before it answers.
  void request(ServerRequest request, std::function<void(ServerResponse)> done);
  void switch_path(const SwitchPath& order);
  simulated::SimulatedStore& store();
  /// The process is gone. May be called by its own actors.
  void die(const std::string& how);
  /// Ends what is left of it. Never from its own actors.
  void bury();
  bool is_buried() const;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace tael::scenario
