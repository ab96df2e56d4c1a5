// Where an operator's question is answered from: a connection string, or the store of the node that a folder
// configures. It only reads; a private cluster that does not run is not started.
#pragma once

#include "adapters/postgres/snapshot.hpp"
#include "runtime/config/config.hpp"

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace tael {

struct WhereToRead {
  std::string folder = "config";
  std::string store;  ///< libpq's connection string; used instead of the folder's when not empty.
};

/// Adds `--config DIR` and `--store CONNINFO`.
void add_where_to_read(CLI::App& command, WhereToRead& where);

/// As a node reads it, but secrets that only a running node needs may be missing. Nothing, with every error on
/// `errors`, when the folder is not good.
std::optional<config::Config> load_for_reading(const std::string& folder, std::ostream& errors);

/// Whether a secret read by `load_for_reading` has a value, and not the stand-in for a missing one.
bool is_given(const Secret& secret);

struct OpenStore {
  postgres::Snapshot& snapshot;
  const config::Config* config;  ///< Null when the store was given by a connection string.
};

/// Opens the store and runs `work`, whose exit code it returns. Without a store: one sentence on `errors`, and
/// 2 for a bad folder, 70 when it cannot be reached, 71 when a newer binary has been there.
int with_store(const WhereToRead& where, std::ostream& errors, const std::function<int(OpenStore)>& work);

}  // namespace tael
