// The store's twin against the same contract, and its faults.
#include "adapters/simulated/simulated_store.hpp"

#include "tests/adapters/postgres/store_alerts_contract.hpp"
#include "tests/adapters/postgres/store_contract.hpp"
#include "tests/adapters/postgres/store_records_contract.hpp"

namespace tael::testing {
namespace {

class SimulatedWorld {
 public:
  SimulatedWorld() { reopen(); }
  Store& store() { return *store_; }
  Lease& lease() { return *store_; }
  void reopen() { store_ = std::make_unique<simulated::SimulatedStore>(disk_); }
  void lose_ownership() { store_->lose_all_shards(); }

 private:
  simulated::SimulatedDisk disk_;
  std::unique_ptr<simulated::SimulatedStore> store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Simulated, StoreContract, SimulatedWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Simulated, StoreRecordsContract, SimulatedWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Simulated, StoreAlertsContract, SimulatedWorld);

/// An executor that holds work until it is asked to run the next piece.
class Held {
 public:
  simulated::SimulatedStore::Executor executor() {
    return [this](std::function<void()> work) { waiting_.push_back(std::move(work)); };
  }
  void run_one() {
    auto work = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    work();
  }
  void run_all() {
    while (!waiting_.empty()) run_one();
  }

 private:
  std::vector<std::function<void()>> waiting_;
};

class SimulatedFaults : public ::testing::Test {
 protected:
  void write(Commit commit) {
    store.write({std::move(commit)}, [this](std::vector<CommitResult> results) { heard = results.front().outcome; });
  }
  simulated::SimulatedDisk disk;
  Held held;
  simulated::SimulatedStore store{disk, held.executor()};
  std::optional<CommitOutcome> heard;
  Order order = full_order("o-1");
};

TEST_F(SimulatedFaults, AMessageIsHeldWhileItsAlertIsOpen) {
  QuarantinedMessage poison{3, "aurora", "pay P1", "", "e", "h", 3, morning, morning};
  auto commit = raising(std::string{quarantined_kind}, ref_of(poison), morning);
  commit.quarantined = {poison, poison};
  write(commit);
  write(raising(std::string{quarantined_kind}, "aurora pay P2", morning));
  held.run_all();
  EXPECT_EQ(disk.messages_held(), std::vector{ref_of(poison)}) << "of the other nothing is known";
  EXPECT_EQ(disk.quarantine.at(ref_of(poison)).crashes, 6);
  write(resolving(std::string{quarantined_kind}, ref_of(poison), morning + 1s));
  held.run_all();
  EXPECT_TRUE(disk.messages_held().empty());
}

TEST_F(SimulatedFaults, ACrashLosesWhatIsNotDurable) {
  write(creation(order));
  store.crash();
  held.run_all();
  EXPECT_TRUE(disk.orders.empty());
  EXPECT_EQ(heard, std::nullopt);
}

TEST_F(SimulatedFaults, ACrashAfterTheCommitKeepsItUnheard) {
  write(creation(order));
  held.run_one();
  store.crash();
  held.run_all();
  EXPECT_TRUE(disk.orders.contains(order.id));
  EXPECT_EQ(heard, std::nullopt);
}

TEST_F(SimulatedFaults, ARefusedWriteDoesNotHappen) {
  store.refuse_writes(1);
  write(creation(order));
  held.run_all();
  EXPECT_EQ(heard, CommitOutcome::unavailable);
  EXPECT_TRUE(disk.orders.empty());
  write(creation(order));
  held.run_all();
  EXPECT_EQ(heard, CommitOutcome::committed);
}

TEST_F(SimulatedFaults, ALostAnswerHidesACommit) {
  store.lose_answers(1);
  write(creation(order));
  held.run_all();
  EXPECT_EQ(heard, CommitOutcome::unavailable);
  EXPECT_TRUE(disk.orders.contains(order.id));
}

TEST_F(SimulatedFaults, AFailedReadIsNotAnEmptyOne) {
  store.refuse_reads(1);
  std::optional<bool> ok;
  store.load_timers([&](const Read<std::vector<Timer>>& read) { ok = read.ok(); });
  held.run_all();
  EXPECT_EQ(ok, false);
}

TEST_F(SimulatedFaults, ANewStoreFencesTheOldOne) {
  simulated::SimulatedStore other{disk};
  write(creation(order));
  held.run_all();
  EXPECT_EQ(heard, CommitOutcome::fenced);
}

}  // namespace
}  // namespace tael::testing
