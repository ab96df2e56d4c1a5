// A PostgreSQL of our own in a folder: made, started and stopped by Tael, reached by a Unix socket
// only. It is durable like any other, outlives a node that crashes, and is found again by the next. It is one process's
// at a time: whoever comes second is refused before anything is touched.
#pragma once

#include "adapters/postgres/folder_lock.hpp"

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace tael::postgres {

/// It could not be made, started or stopped. The text ends with the last lines of PostgreSQL's own log.
class ClusterError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Another process has it, and alone may stop it.
class ClusterInUse : public ClusterError {
 public:
  using ClusterError::ClusterError;
};

class PrivateCluster {
 public:
  /// Only names the folder; nothing is touched before `start`.
  explicit PrivateCluster(std::filesystem::path folder);

  /// Makes the cluster when there is none, takes over one that still runs, repairs what a crash left behind, and
  /// returns when it accepts connections. PostgreSQL does not run as root: then it runs as `postgres` or `nobody`.
  /// From here to `stop`, or to the end of this object, it is ours: others hear `ClusterInUse`.
  void start();
  /// True while its server process works; one that is ending takes no new work and does not count. Cheap.
  bool lives() const;
  /// Starts one of ours again that has ended, from what it has on disk. It never makes a new one: a folder that is gone
  /// had orders in it.
  void revive();
  /// Ends it in order; nothing when it does not run. It keeps running when this object goes away without it.
  void stop();
  bool is_ours() const { return lock_ != nullptr; }
  bool is_running() const;

  /// libpq's connection string for one of its databases. `tael` exists once started.
  std::string url(const std::string& database = "tael") const;
  const std::filesystem::path& log_file() const { return log_; }

 private:
  void make();
  void write_settings() const;
  /// True when one that was left behind serves; false when there is none.
  bool wait_for_leftover() const;
  void start_server() const;
  /// Of the server process that works in our folder; 0 when there is none.
  long postmaster() const;
  bool is_ending() const;
  void forget_dead_postmaster() const;
  void make_database() const;
  void run(const std::string& program, const std::vector<std::string>& arguments, const std::string& doing) const;
  std::string tail_of_log() const;

  std::filesystem::path folder_, data_, log_, output_, sockets_;
  std::unique_ptr<FolderLock> lock_;
};

}  // namespace tael::postgres
