// Where a node's store is: the PostgreSQL it was told of, or a private one that is this process's alone until it stops.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/log.hpp"
#include "adapters/postgres/postgres_store.hpp"
#include "adapters/postgres/private_cluster.hpp"
#include "runtime/config/config.hpp"
#include "runtime/node/cluster_keeper.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tael {

/// What becomes of a private PostgreSQL, told on a thread of its keeper.
struct ClusterNews {
  std::function<void(int restarts)> on_revived;
  std::function<void(const std::string& why)> on_given_up;
};

class NodeStore {
 public:
  NodeStore(const config::Config& config, const Clock& clock, Dice& dice, Log& log);

  /// Finds the database, brings its schema up to date, refuses what this configuration cannot serve, and last takes the
  /// shards. `options` lacks only what is known here. Throws `Fatal`.
  std::unique_ptr<postgres::PostgresStore> open(postgres::StoreOptions options);
  /// From here to `stop` a private PostgreSQL that dies is started again. Nothing when it is another's.
  void keep(ClusterNews news);
  /// Messages that a former life kept from adapters, as `Quarantine` takes them; read by `open`.
  const std::vector<std::string>& quarantined() const { return quarantined_; }
  /// libpq's connection string; empty before `open`.
  const std::string& url() const { return url_; }
  /// Where it is, for people: of a private one the connection string, which has no secret; of another nothing more.
  std::string words() const { return cluster_ ? url_ : "store.url"; }
  /// Ends the private PostgreSQL, if it is ours. Says so in the log when that fails.
  void stop();

 private:
  void find();
  void look_for_unconfigured() const;

  const config::Config& config_;
  const Clock& clock_;
  Dice& dice_;
  Log& log_;
  std::optional<postgres::PrivateCluster> cluster_;
  std::string url_;
  std::vector<std::string> quarantined_;
  std::optional<ClusterKeeper> keeper_;
};

}  // namespace tael
