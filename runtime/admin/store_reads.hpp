// Questions of operators to the store, on a thread and a connection of their own: a slow one keeps nobody waiting
// but other operators. Each gets a fresh snapshot.
#pragma once

#include "adapters/postgres/snapshot.hpp"

#include <functional>
#include <memory>
#include <string>

namespace tael {

class StoreReads {
 public:
  /// `url`: libpq's connection string. Nothing connects before the first question.
  explicit StoreReads(std::string url);
  /// Ends the question under way; those that wait are refused.
  ~StoreReads();
  StoreReads(const StoreReads&) = delete;

  /// Runs `work` once, or calls `failed` with a sentence; either on the thread of the reads, or `failed` at once when
  /// too many wait already.
  void ask(std::function<void(postgres::Snapshot&)> work, std::function<void(const std::string&)> failed);

 private:
  struct Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace tael
