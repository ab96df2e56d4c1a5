#include "runtime/node/node_store.hpp"

#include "adapters/postgres/migrate.hpp"
#include "runtime/inspect/quarantined.hpp"
#include "runtime/inspect/unconfigured.hpp"
#include "runtime/node/node.hpp"

#include <filesystem>

namespace tael {

NodeStore::NodeStore(const config::Config& config, const Clock& clock, Dice& dice, Log& log)
    : config_(config), clock_(clock), dice_(dice), log_(log) {}

std::unique_ptr<postgres::PostgresStore> NodeStore::open(postgres::StoreOptions options) {
  try {
    find();
    postgres::migrate(url_, clock_.now());
    look_for_unconfigured();
    options.url = url_;
    options.node = config_.node.name;
    options.log = &log_;
    options.dice = &dice_;
    auto store = std::make_unique<postgres::PostgresStore>(std::move(options), clock_);
    quarantined_ = quarantined_messages(url_);  // Nobody but us can add to them any more.
    return store;
  } catch (const postgres::ClusterInUse& error) {
    throw Fatal(FatalReason::folder_in_use, error.what());
  } catch (const postgres::ClusterError& error) {
    throw Fatal(FatalReason::private_postgres_failed, error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    throw Fatal(FatalReason::private_postgres_failed, error.what());
  } catch (const postgres::SchemaTooNew& error) {
    throw Fatal(FatalReason::schema_too_new, error.what());
  } catch (const Fatal&) {
    throw;
  } catch (const std::exception& error) {
    throw Fatal(FatalReason::store_unreachable, error.what());
  }
}

void NodeStore::find() {
  if (!config_.node.store.url.empty()) {
    url_ = config_.node.store.url.reveal();
    return;
  }
  cluster_.emplace(config_.node.store.folder);
  cluster_->start();
  url_ = cluster_->url();
}

void NodeStore::keep(ClusterNews news) {
  if (!cluster_) return;
  keeper_.emplace(KeptCluster{[this] { return cluster_->lives(); }, [this] { cluster_->revive(); },
                              std::move(news.on_revived), std::move(news.on_given_up)},
                  clock_, dice_, log_);
  keeper_->begin();
}

void NodeStore::look_for_unconfigured() const {
  postgres::Snapshot snapshot{url_};
  const auto found = unconfigured_in(snapshot, config_);
  std::string all;
  for (const auto& error : found.refusals) all += (all.empty() ? "" : "\n") + error.file + ": " + error.message;
  if (!all.empty()) throw Fatal(FatalReason::configuration, all);
  for (const auto& path : found.retired)
    log_.line(path.is_off ? Level::warning : Level::info, "path_retired",
              {{"path", path.path},
               {"attempts_open", path.attempts},
               {"refunds_open", path.refunds},
               {"order", path.example},
               {"what", to_text(path)}});
}

// One that we were refused is another node's: only its owner stops it.
void NodeStore::stop() {
  keeper_.reset();
  if (!cluster_ || !cluster_->is_ours()) return;
  try {
    cluster_->stop();
  } catch (const std::exception& error) {
    log_.line(Level::error, "postgres_not_stopped", {{"why", std::string{error.what()}}});
  }
  cluster_.reset();
}

}  // namespace tael
