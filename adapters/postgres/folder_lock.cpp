#include "adapters/postgres/folder_lock.hpp"

#include "adapters/postgres/private_cluster.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace tael::postgres {
namespace {

/// For a process that was killed and is not quite gone, or is at its last line.
constexpr std::chrono::seconds patience{2};

ClusterError failure(const std::filesystem::path& file) {
  return ClusterError{"locking " + file.string() + ": " + std::strerror(errno)};
}

std::string holder_of(const std::filesystem::path& file) {
  long process = 0;
  return std::ifstream{file} >> process ? "process " + std::to_string(process) : "another process";
}

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& file)
    : file_(open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
  if (file_ < 0) throw failure(file);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const bool is_held = errno == EWOULDBLOCK;
    if (is_held && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
      continue;
    }
    const auto error = failure(file);
    close(file_);
    if (!is_held) throw error;
    throw ClusterInUse{file.parent_path().string() + " is in use by " + holder_of(file) +
                       ": two nodes cannot share a private PostgreSQL"};
  }
  // Who holds it is only for people: a failure to say so costs nothing.
  const auto holder = std::to_string(getpid()) + "\n";
  if (ftruncate(file_, 0) != 0 || pwrite(file_, holder.data(), holder.size(), 0) < 0) return;
}

FolderLock::~FolderLock() { close(file_); }

}  // namespace tael::postgres
