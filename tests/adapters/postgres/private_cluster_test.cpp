// A cluster of our own: made, found again, repaired; and what a store hears while it is away.
#include "adapters/postgres/private_cluster.hpp"

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/migrate.hpp"
#include "tests/adapters/postgres/postgres_world.hpp"

#include <fstream>
#include <signal.h>
#include <unistd.h>

namespace tael::testing {
namespace {

namespace fs = std::filesystem;
constexpr Duration within{60'000};

class PrivateClusterTest : public ::testing::Test {
 protected:
  PrivateClusterTest() { cluster.start(); }
  ~PrivateClusterTest() override {
    cluster.stop();
    fs::remove_all(folder);
  }
  std::string ask(const std::string& sql) {
    postgres::Connection connection{cluster.url(), within, {.statement = Duration{0}}};
    const auto rows = connection.query("select (" + sql + ")::text", {}, within);
    return rows.count() == 0 || rows.is_null(0, 0) ? "" : rows.text(0, 0);
  }
  void run(const std::string& sql) { postgres::Connection{cluster.url(), within}.execute(sql, within); }
  pid_t postmaster() const {
    pid_t process = 0;
    std::ifstream{folder / "data" / "postmaster.pid"} >> process;
    return process;
  }

  const fs::path folder = fs::temp_directory_path() / ("tael_cluster_test_" + std::to_string(getpid()));
  postgres::PrivateCluster cluster{folder};
};

TEST_F(PrivateClusterTest, IsDurableAndOnASocketOnly) {
  EXPECT_EQ(ask("select current_setting('listen_addresses') || current_setting('fsync') || "
                "current_setting('synchronous_commit') || current_setting('server_encoding')"),
            "ononUTF8");
}

TEST_F(PrivateClusterTest, StopsAndStartsWithWhatItHeld) {
  run("create table kept as select 7 as value");
  cluster.stop();
  EXPECT_FALSE(cluster.is_running());
  cluster.stop();
  cluster.start();
  EXPECT_EQ(ask("select value from kept"), "7");
}

TEST_F(PrivateClusterTest, OneThatStillRunsIsTakenOver) {
  const auto before = postmaster();
  const auto url = cluster.url();
  cluster = postgres::PrivateCluster{folder};  // Its process is gone, as after kill -9: nobody holds the folder.
  EXPECT_FALSE(cluster.is_ours());
  cluster.start();
  EXPECT_EQ(postmaster(), before);
  EXPECT_EQ(cluster.url(), url);
  EXPECT_TRUE(cluster.is_ours());
}

TEST_F(PrivateClusterTest, ASecondOneNeitherTakesItOverNorStopsIt) {
  postgres::PrivateCluster second{folder};
  try {
    second.start();
    ADD_FAILURE() << "it has two owners";
  } catch (const postgres::ClusterInUse& error) {
    EXPECT_NE(std::string{error.what()}.find("process " + std::to_string(getpid())), std::string::npos) << error.what();
  }
  EXPECT_FALSE(second.is_ours());
  EXPECT_THROW(second.stop(), postgres::ClusterInUse);
  EXPECT_TRUE(cluster.is_running());
  EXPECT_EQ(ask("select 1"), "1");
}

TEST(PrivateClusterPlace, AFileInItsPlaceIsNamedAndEndsNothing) {
  const auto file = fs::temp_directory_path() / ("tael_not_a_folder_" + std::to_string(getpid()));
  std::ofstream{file} << "kept\n";
  postgres::PrivateCluster cluster{file};
  try {
    cluster.start();
    ADD_FAILURE() << "started";
  } catch (const postgres::ClusterError& error) {
    EXPECT_NE(std::string{error.what()}.find("is not a folder"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(cluster.is_ours());
  EXPECT_NO_THROW(cluster.stop());
  EXPECT_TRUE(fs::is_regular_file(file));
  fs::remove(file);
}

TEST_F(PrivateClusterTest, OneThatWasKilledIsStartedAgain) {
  run("create table kept as select 7 as value");
  ASSERT_EQ(kill(postmaster(), SIGKILL), 0);
  cluster.start();
  EXPECT_EQ(ask("select value from kept"), "7");
}

TEST_F(PrivateClusterTest, ANumberReusedByAnotherProcessIsNotBelieved) {
  cluster.stop();
  std::ofstream{folder / "data" / "postmaster.pid"} << getpid() << "\n";
  EXPECT_FALSE(cluster.is_running());
  cluster.start();
  EXPECT_EQ(ask("select 1"), "1");
}

TEST_F(PrivateClusterTest, AFailureEndsWithWhatPostgresSaid) {
  cluster.stop();
  std::ofstream{folder / "data" / "postgresql.auto.conf", std::ios::app} << "shared_buffers = 'a lot'\n";
  try {
    cluster.start();
    FAIL() << "started";
  } catch (const postgres::ClusterError& error) {
    EXPECT_NE(std::string{error.what()}.find("shared_buffers"), std::string::npos) << error.what();
  }
}

// PostgreSQL runs as another user when we are root, and that user may not enter our private folders.
TEST(PrivateClusterPlace, AFolderThatItsUserCannotReachIsKeptElsewhere) {
  if (geteuid() != 0) GTEST_SKIP() << "only root runs PostgreSQL as somebody else";
  const auto home = fs::temp_directory_path() / ("tael_private_home_" + std::to_string(getpid()));
  fs::create_directory(home);
  fs::permissions(home, fs::perms::owner_all);
  postgres::PrivateCluster cluster{home / "postgres"};
  cluster.start();
  EXPECT_TRUE(cluster.is_running());
  cluster.stop();
  EXPECT_FALSE(fs::exists(home / "postgres"));
  fs::remove_all(cluster.log_file().parent_path());
  fs::remove_all(home);
}

class StoreOnItsCluster : public PrivateClusterTest {
 protected:
  StoreOnItsCluster() {
    postgres::migrate(cluster.url(), morning);
    auto options = options_for(cluster.url());
    options.crash_points = &at;
    options.log = &log;
    options.resolve_within = Duration{4000};
    store = std::make_unique<postgres::PostgresStore>(options, clock);
  }
  CommitOutcome write(Commit commit) {
    return heard<std::vector<CommitResult>>([&](auto done) { store->write({std::move(commit)}, std::move(done)); })
        .front()
        .outcome;
  }
  /// Commits wait for this standby from now on; it does not exist. Empty: they wait for none.
  void wait_for_standby(const std::string& name) {
    run("alter system set synchronous_standby_names = '" + name + "'");
    ask("select pg_reload_conf()");
    while (ask("select current_setting('synchronous_standby_names')") != name) {
    }
  }
  void await_commit_waiting() {
    while (ask("select count(*) from pg_stat_activity where wait_event = 'SyncRep'") != "1") {
    }
  }

  FixedClock clock;
  AtPoint at;
  HeardLog log;
  Order order = full_order("o-1");
  std::unique_ptr<postgres::PostgresStore> store;
};

TEST_F(StoreOnItsCluster, AnswersUnavailableWhileTheDatabaseIsAwayAndComesBack) {
  ASSERT_EQ(write(creation(order)), CommitOutcome::committed);
  cluster.stop();
  auto next = order;
  EXPECT_EQ(write(change(next)), CommitOutcome::unavailable);
  const auto read = heard<Read<std::vector<Timer>>>([&](auto done) { store->load_timers(std::move(done)); });
  EXPECT_FALSE(read.ok());
  cluster.start();
  while (!store->is_up()) {
  }
  EXPECT_EQ(write(change(order)), CommitOutcome::committed);
}

TEST_F(StoreOnItsCluster, AServerThatWasKilledIsRevivedWithAllThatWasAcknowledged) {
  ASSERT_EQ(write(creation(order)), CommitOutcome::committed);
  EXPECT_TRUE(cluster.lives());
  kill(postmaster(), SIGKILL);
  while (cluster.lives()) {
  }
  cluster.revive();
  EXPECT_TRUE(cluster.lives());
  while (!store->is_up()) {
  }
  EXPECT_EQ(write(change(order)), CommitOutcome::committed);
  EXPECT_EQ(ask("select count(*) from tael.journal"), "2");
}

// It waits for its clients to leave, and we are one.
TEST_F(StoreOnItsCluster, AServerThatSomebodyAskedToEndIsRevived) {
  ASSERT_EQ(write(creation(order)), CommitOutcome::committed);
  kill(postmaster(), SIGTERM);
  while (cluster.lives()) {
  }
  cluster.revive();
  while (!store->is_up()) {
  }
  EXPECT_EQ(write(change(order)), CommitOutcome::committed);
}

TEST_F(StoreOnItsCluster, AFolderThatIsGoneIsNeverMadeAnew) {
  kill(postmaster(), SIGKILL);
  while (cluster.lives()) {
  }
  fs::rename(folder / "data", folder / "elsewhere");
  EXPECT_THROW(cluster.revive(), postgres::ClusterError);
  EXPECT_FALSE(fs::exists(folder / "data"));
  fs::rename(folder / "elsewhere", folder / "data");
}

TEST_F(StoreOnItsCluster, AServerKilledInACommitLosesNothingThatWasAnswered) {
  ASSERT_EQ(write(creation(order)), CommitOutcome::committed);
  at.once("store.commit_sent", [&] {
    kill(postmaster(), SIGKILL);
    cluster.start();
  });
  EXPECT_EQ(write(change(order)), CommitOutcome::committed);
  EXPECT_EQ(ask("select count(*) from tael.journal"), "2");
}

// The COMMIT is on our disk when its connection dies: it must be found, not repeated.
TEST_F(StoreOnItsCluster, ACommitThatHappenedUnheardIsFound) {
  ASSERT_EQ(write(creation(order)), CommitOutcome::committed);
  wait_for_standby("nobody");
  at.once("store.commit_sent", [&] {
    await_commit_waiting();
    ask("select pg_terminate_backend(" + std::to_string(store->writer_backend()) + ", 10000)");
    wait_for_standby("");
  });
  EXPECT_EQ(write(change(order)), CommitOutcome::committed);
  EXPECT_EQ(log.last("commit_resolved"), (Fields{{"committed", true}}));
  EXPECT_EQ(ask("select count(*) from tael.journal"), "2");
}

TEST_F(StoreOnItsCluster, ACommitThatMissedItsStandbyIsNotAnswered) {
  ASSERT_EQ(write(creation(order)), CommitOutcome::committed);
  wait_for_standby("nobody");
  at.once("store.commit_sent", [&] {
    await_commit_waiting();
    ask("select pg_cancel_backend(" + std::to_string(store->writer_backend()) + ")");
  });
  EXPECT_EQ(write(change(order)), CommitOutcome::unavailable);
  wait_for_standby("");
}

}  // namespace
}  // namespace tael::testing
