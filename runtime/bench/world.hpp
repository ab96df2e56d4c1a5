// What a payment needs around it, made for one bench and gone with it: a folder, a PostgreSQL of its own, a
// configuration with many shops and one channel, the institution and the node as processes.
#pragma once

#include "adapters/postgres/private_cluster.hpp"
#include "runtime/bench/child.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tael::bench {

/// The businesses of a bench. Several, as in life: one alone would have one hot account and one lane of notices.
inline constexpr int shops = 8;
inline constexpr const char* payment_path = "house/qr/first";
inline constexpr std::int64_t order_amount = 2500;

struct Shop {
  std::string code, token, salt, notice_secret;
};
Shop shop_of(int no);

/// A folder that is removed at the end, with everything in it.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(bool keep);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool keep_;
};

/// The bench's own PostgreSQL, with the settings that a private one has.
class Cluster {
 public:
  explicit Cluster(const std::string& folder);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  /// A database with our schema and nothing in it. Earlier ones of this name are dropped.
  std::string make_database(const std::string& name);
  void drop_database(const std::string& name);
  int postmaster_pid() const;
  std::string version() const;

 private:
  void run(const std::string& sql) const;

  std::string folder_;
  postgres::PrivateCluster cluster_;
};

struct ConfigFolder {
  std::string path;
  std::map<std::string, std::string> environment;  ///< What its references need.
};

/// `institution_port` 0: any free one, for a simulator that then says which.
ConfigFolder write_config(const std::string& path, const std::string& store_url, int batch_max, int institution_port);

/// The institution's process: payers that pay at once, callbacks that leave at once.
class InstitutionProcess {
 public:
  explicit InstitutionProcess(const TemporaryFolder& folder);
  int pid() const { return child_->pid(); }
  int port() const { return port_; }
  /// Minor units that it says it received, all payments together.
  std::int64_t received();

 private:
  std::unique_ptr<Child> child_;
  int port_ = 0;
  std::string control_url_;
};

class NodeProcess {
 public:
  NodeProcess(const TemporaryFolder& folder, const std::string& store_url, int batch_max, int institution_port);
  int pid() const { return child_->pid(); }
  const std::string& url() const { return url_; }
  const ConfigFolder& config() const { return config_; }
  /// The sum of a counter over all its labels, by the node's own metrics.
  double metric(const std::string& name);
  /// Its exit code.
  int stop() { return child_->stop(); }

 private:
  ConfigFolder config_;
  std::unique_ptr<Child> child_;
  std::string url_, admin_url_;
};

}  // namespace tael::bench
