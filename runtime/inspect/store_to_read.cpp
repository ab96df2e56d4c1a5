#include "runtime/inspect/store_to_read.hpp"

#include "adapters/postgres/migrate.hpp"
#include "adapters/postgres/private_cluster.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace tael {
namespace {

// Exit codes, as in runtime/node/node.hpp.
constexpr int wrong_usage = 2;
constexpr int store_unreachable = 70;
constexpr int schema_too_new = 71;

/// Where the node's store is; nothing, with a sentence, when it cannot be there.
std::optional<std::string> url_of(const config::StoreConfig& store, std::ostream& errors) {
  if (!store.url.empty() && !is_given(store.url)) {
    errors << "tael: the store's connection string is " << store.url.reference()
           << ", which is not set; set it, or give --store\n";
    return std::nullopt;
  }
  if (!store.url.empty()) return store.url.reveal();
  const postgres::PrivateCluster cluster{store.folder};
  if (cluster.is_running()) return cluster.url();
  errors << "tael: the private PostgreSQL in " << store.folder
         << " does not run; start the node, from the folder it is started in, or give --store\n";
  return std::nullopt;
}

}  // namespace

void add_where_to_read(CLI::App& command, WhereToRead& where) {
  command.add_option("--config", where.folder, "configuration of the node whose store is read")->default_str("config");
  command.add_option("--store", where.store, "libpq connection string of the store, instead of the node's");
}

std::optional<config::Config> load_for_reading(const std::string& folder, std::ostream& errors) {
  const auto process = config::process_environment();
  auto loaded = config::load_folder(folder, {process, config::Missing::is_made_up});
  for (const auto& error : loaded.errors) errors << to_text(error) << "\n";
  return std::move(loaded.config);
}

bool is_given(const Secret& secret) { return !secret.empty() && !secret.is_stand_in(); }

int with_store(const WhereToRead& where, std::ostream& errors, const std::function<int(OpenStore)>& work) {
  std::optional<config::Config> config;
  std::string url = where.store;
  if (url.empty()) {
    config = load_for_reading(where.folder, errors);
    if (!config) return wrong_usage;
    const auto found = url_of(config->node.store, errors);
    if (!found) return store_unreachable;
    url = *found;
  }
  try {
    postgres::Snapshot snapshot{url};
    return work({snapshot, config ? &*config : nullptr});
  } catch (const postgres::ConnectionLost& error) {
    errors << "tael: the store cannot be reached: " << error.what() << "\n";
    return store_unreachable;
  } catch (const postgres::SchemaTooNew& error) {
    errors << "tael: " << error.what() << "\n";
    return schema_too_new;
  } catch (const postgres::StatementError& error) {
    const bool no_schema = error.sqlstate == "42P01" || error.sqlstate == "3F000";
    errors << "tael: " << (no_schema ? "there is no store of ours in this database: " : "the store refused: ")
           << error.what() << "\n";
    return store_unreachable;
  }
}

}  // namespace tael
