// Who a private PostgreSQL's folder belongs to: the process that holds its lock, for as long as it lives. The system
// lets go of the lock when the process ends, however it ends, so nobody has to clean up after one that was killed.
#pragma once

#include <filesystem>

namespace tael::postgres {

class FolderLock {
 public:
  /// Throws `ClusterInUse` when another process holds it, after a moment in which that one may be ending.
  explicit FolderLock(const std::filesystem::path& file);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_;
};

}  // namespace tael::postgres
