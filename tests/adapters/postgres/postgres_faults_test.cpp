// What only a real database can do to its store: lose connections, wake up late, refuse what SQL refuses.
#include "actors/domain/lease.hpp"
#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/leases.hpp"
#include "adapters/postgres/migrate.hpp"
#include "tests/adapters/postgres/postgres_world.hpp"

namespace tael::testing {
namespace {

constexpr Duration within{30'000};

class PostgresFaults : public ::testing::Test {
 protected:
  PostgresFaults() {
    auto options = options_for(database.url());
    options.crash_points = &at;
    options.log = &log;
    store = std::make_unique<postgres::PostgresStore>(options, clock);
  }
  CommitResult write(Commit commit) {
    return heard<std::vector<CommitResult>>([&](auto done) { store->write({std::move(commit)}, std::move(done)); })
        .front();
  }
  std::string rows_of(const std::string& id) {
    return database.ask("select count(*) from tael.journal where entity = '" + id + "'");
  }
  std::string kill_writer() const {
    return "select pg_terminate_backend(" + std::to_string(store->writer_backend()) + ", 10000)";
  }
  /// Runs SQL as whoever operates the database; nothing is what we expect, else the SQLSTATE.
  std::string refusal_of(const std::string& sql) {
    try {
      postgres::Connection{database.url(), within}.execute(sql, within);
    } catch (const postgres::StatementError& error) {
      return error.sqlstate;
    }
    return "";
  }

  TestDatabase database;
  FixedClock clock;
  AtPoint at;
  HeardLog log;
  std::unique_ptr<postgres::PostgresStore> store;
  Order order = full_order("o-1");
};

// It said "permission denied to create role", and nobody could know why a payment runtime creates one.
TEST(Migrate, ARoleThatMayNotCreateIsToldWhatItNeeds) {
  const TestDatabase database;
  postgres::Connection owner{database.url(), Duration{60'000}};
  const auto role = "poor_" + database.ask("select current_database()");
  owner.execute("create role " + role + " nosuperuser; drop schema tael cascade", Duration{60'000});
  try {
    postgres::migrate(database.url() + " options='-c role=" + role + "'", from_unix_ms(0));
    ADD_FAILURE() << "it may";
  } catch (const postgres::StatementError& error) {
    EXPECT_NE(std::string{error.what()}.find("create role tael_reader nologin"), std::string::npos) << error.what();
  }
  owner.execute("drop role " + role, Duration{60'000});
}

TEST_F(PostgresFaults, AConnectionThatDiedIdleIsReplacedUnnoticed) {
  ASSERT_EQ(write(creation(order)).outcome, CommitOutcome::committed);
  database.ask(kill_writer());
  EXPECT_EQ(write(change(order)).outcome, CommitOutcome::committed);
  EXPECT_EQ(rows_of(order.id), "2");
}

TEST_F(PostgresFaults, ACommitThatDiedBeforeItHappenedIsWrittenOnce) {
  ASSERT_EQ(write(creation(order)).outcome, CommitOutcome::committed);
  // The writer's transaction waits for this lock with its COMMIT already on the wire.
  postgres::Connection blocker{database.url(), within, {.idle_in_transaction = Duration{0}}};
  blocker.execute("begin", within);
  blocker.query("select from tael.shard_lease for update", {}, within);
  at.once("store.commit_sent", [&] {
    database.ask(kill_writer());
    blocker.execute("rollback", within);
  });
  EXPECT_EQ(write(change(order)).outcome, CommitOutcome::committed);
  EXPECT_EQ(rows_of(order.id), "2");
  EXPECT_EQ(log.last("commit_resolved"), (Fields{{"committed", false}}));
}

TEST_F(PostgresFaults, ACommitKilledRightAfterItWasSentIsAnsweredTruthfully) {
  ASSERT_EQ(write(creation(order)).outcome, CommitOutcome::committed);
  for (int round = 0; round < 20; ++round) {
    at.once("store.commit_sent", [&] { database.ask(kill_writer()); });
    EXPECT_EQ(write(change(order)).outcome, CommitOutcome::committed);
  }
  EXPECT_EQ(rows_of(order.id), "21");
}

TEST_F(PostgresFaults, AConnectionThatDiesBeforeTheCommitCostsNothing) {
  at.once("store.before_commit", [&] { database.ask(kill_writer()); });
  EXPECT_EQ(write(creation(order)).outcome, CommitOutcome::committed);
  EXPECT_EQ(rows_of(order.id), "1");
}

TEST_F(PostgresFaults, ALongLockDelaysAWriteAndDoesNotRefuseIt) {
  postgres::Connection blocker{database.url(), within, {.idle_in_transaction = Duration{0}}};
  blocker.execute("begin", within);
  blocker.query("select from tael.shard_lease for update", {}, within);
  std::promise<std::vector<CommitResult>> promise;
  auto future = promise.get_future();
  store->write({creation(order)}, [&](std::vector<CommitResult> results) { promise.set_value(std::move(results)); });
  // The server's own clock ends the wait of a writer; two such ends have been seen when both locks were refused.
  while (database.ask("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = "
                      "current_database()") != "1") {
  }
  blocker.execute("rollback", within);
  EXPECT_EQ(future.get().front().outcome, CommitOutcome::committed);
}

TEST_F(PostgresFaults, AnOldOwnerWakesUpFenced) {
  ASSERT_EQ(write(creation(order)).outcome, CommitOutcome::committed);
  postgres::PostgresStore next{options_for(database.url(), "two"), clock};
  EXPECT_EQ(write(change(order)).outcome, CommitOutcome::fenced);
  EXPECT_EQ(database.ask("select count(distinct owner) from tael.shard_lease where owner = 'two' and epoch = 2"), "1");
  EXPECT_EQ(database.ask("select count(*) from tael.shard_epoch_log"), std::to_string(2 * shards_total));
}

// It has nothing to write, and hears of it all the same.
TEST_F(PostgresFaults, AnOldOwnerAtRestIsToldOnceWhoTookItsShards) {
  std::promise<std::string> told;
  auto options = options_for(database.url(), "old");
  options.on_fenced = [&](const std::string& owner) { told.set_value(owner); };  // A second call would throw.
  postgres::PostgresStore old{options, clock};
  auto heard = told.get_future();
  EXPECT_NE(heard.wait_for(std::chrono::seconds{0}), std::future_status::ready);
  postgres::PostgresStore next{options_for(database.url(), "two"), clock};
  ASSERT_EQ(heard.wait_for(std::chrono::minutes{1}), std::future_status::ready);
  EXPECT_EQ(heard.get(), "two");
}

// The new one goes by the same name and strikes the old one's row out: its connection comes back to nothing.
TEST_F(PostgresFaults, AnOldOwnerThatLostItsConnectionMeanwhileIsToldToo) {
  std::promise<std::string> told;
  auto options = options_for(database.url(), "same");
  options.on_fenced = [&](const std::string& owner) { told.set_value(owner); };
  postgres::PostgresStore old{options, clock};
  postgres::PostgresStore next{options_for(database.url(), "same"), clock};
  database.ask("select pg_terminate_backend(" + std::to_string(old.writer_backend()) + ")");
  auto heard = told.get_future();
  ASSERT_EQ(heard.wait_for(std::chrono::minutes{1}), std::future_status::ready);
  EXPECT_EQ(heard.get(), "same");
}

TEST_F(PostgresFaults, ANodeThatStartsAgainFencesItsFormerSelf) {
  ASSERT_EQ(write(creation(order)).outcome, CommitOutcome::committed);
  postgres::PostgresStore again{options_for(database.url()), clock};
  EXPECT_EQ(write(change(order)).outcome, CommitOutcome::fenced);
}

/// Stands still while the process is stopped, until a test says how long that was.
struct TurnedSteadyClock final : SteadyClock {
  Duration elapsed() const override { return Duration{now.load()}; }
  std::atomic<Duration::rep> now = 1;
};

TEST_F(PostgresFaults, ANodeThatSleptAnswersNothingFromMemoryBeforeItHasAsked) {
  TurnedSteadyClock steady;
  auto options = options_for(database.url(), "sleeper");
  options.steady = &steady;
  postgres::PostgresStore sleeper{options, clock};
  const auto proves = [&] { return heard<bool>([&](auto done) { sleeper.prove(std::move(done)); }); };
  EXPECT_FALSE(sleeper.holds()) << "nothing is proved by having started";
  EXPECT_TRUE(proves());
  steady.now += (lease_time - Duration{1}).count();
  EXPECT_TRUE(sleeper.holds()) << "no question to the database each time";
  steady.now += 1;
  EXPECT_FALSE(sleeper.holds());
  EXPECT_TRUE(proves());

  postgres::PostgresStore next{options_for(database.url(), "next"), clock};
  EXPECT_TRUE(sleeper.holds()) << "stopped, it knows nothing yet";
  steady.now += std::chrono::duration_cast<Duration>(std::chrono::hours{1}).count();
  EXPECT_FALSE(sleeper.holds());
  EXPECT_FALSE(proves());
}

TEST_F(PostgresFaults, AWriteProvesTheLeaseAsWell) {
  TurnedSteadyClock steady;
  auto options = options_for(database.url(), "writer");
  options.steady = &steady;
  postgres::PostgresStore writer{options, clock};
  heard<std::vector<CommitResult>>([&](auto done) { writer.write({creation(order)}, std::move(done)); });
  EXPECT_TRUE(writer.holds());
}

TEST_F(PostgresFaults, ANodeIsTakenForDeadOnlyWhenItsConnectionsHaveEnded) {
  postgres::Connection looker{database.url(), within};
  const auto writer = database.ask("select writer from tael.writers");
  EXPECT_FALSE(postgres::has_died(looker, writer, within));
  store.reset();
  while (!postgres::has_died(looker, writer, within)) {
  }
  EXPECT_TRUE(postgres::has_died(looker, "nobody@7", within));
}

/// What the store itself says of its outages.
struct HeardOutages {
  std::function<void(const postgres::StoreOutage&)> listener() {
    return [this](const postgres::StoreOutage& outage) {
      const std::lock_guard lock{mutex};
      all.push_back(outage);
    };
  }
  std::vector<postgres::StoreOutage> so_far() {
    const std::lock_guard lock{mutex};
    return all;
  }
  std::mutex mutex;
  std::vector<postgres::StoreOutage> all;
};

// Begun by its own error, as a server on a full disk answers every write, and reads go on.
TEST_F(PostgresFaults, AFullDiskIsOneOutageHoweverMuchIsRefusedMeanwhile) {
  HeardOutages outages;
  auto options = options_for(database.url(), "full");
  options.log = &log;
  options.on_outage = outages.listener();
  options.backoff_min = options.backoff_max = Duration{1};
  store = std::make_unique<postgres::PostgresStore>(options, clock);
  ASSERT_EQ(write(creation(order)).outcome, CommitOutcome::committed);
  refusal_of(
      "create function tael.full() returns trigger language plpgsql as $$ begin "
      "raise exception 'could not extend file' using errcode = '53100'; end $$;"
      "create trigger full_disk before insert on tael.journal for each row execute function tael.full()");
  const auto changed = change(order);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(write(changed).outcome, CommitOutcome::unavailable);
  while (store->is_up()) {
  }
  ASSERT_EQ(outages.so_far().size(), 1u);
  EXPECT_EQ(outages.so_far().front().kind, "disk_full");
  EXPECT_EQ(log.count("store_lost"), 1) << "one line, not one a try";
  // Each of these takes longer than the wait before a try: what is tried out is found full every time.
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(heard<Read<std::optional<OrderRecord>>>([&](auto done) { store->load_order(order.id, done); }).ok());
    EXPECT_FALSE(store->is_up());
  }

  refusal_of("drop trigger full_disk on tael.journal");
  while (!store->is_up()) {
  }
  EXPECT_EQ(write(changed).outcome, CommitOutcome::committed);
  ASSERT_EQ(outages.so_far().size(), 2u);
  EXPECT_TRUE(outages.so_far().back().over);
  EXPECT_EQ(outages.so_far().back().refused, 10);
  EXPECT_EQ(log.count("store_back"), 1);
  EXPECT_EQ(rows_of(order.id), "2") << "what was tried out in between left nothing";
}

TEST_F(PostgresFaults, AReadOnlyDatabaseIsAnOutageAndNoMistakeOfOurs) {
  HeardOutages outages;
  auto options = options_for(database.url(), "standby");
  options.on_outage = outages.listener();
  options.backoff_min = options.backoff_max = Duration{1};
  store = std::make_unique<postgres::PostgresStore>(options, clock);
  ASSERT_EQ(write(creation(order)).outcome, CommitOutcome::committed);
  const auto turn = [&](const std::string& to) {
    ASSERT_EQ(refusal_of("begin read write; do $$ begin execute format('alter database %I set "
                         "default_transaction_read_only = " +
                         to + "', current_database()); end $$; commit"),
              "");
  };
  turn("on");
  database.ask(kill_writer());
  const auto changed = change(order);
  EXPECT_EQ(write(changed).outcome, CommitOutcome::unavailable);
  while (store->is_up()) {
  }
  turn("off");
  while (write(changed).outcome != CommitOutcome::committed) {
  }
  ASSERT_EQ(outages.so_far().size(), 2u);
  EXPECT_TRUE(outages.so_far().back().over);
}

TEST_F(PostgresFaults, AStoreThatClosesAnswersEverybody) {
  std::atomic<int> answers = 0;
  for (int i = 0; i < 50; ++i) {
    store->write({creation(full_order("o-" + std::to_string(i)))},
                 [&](const std::vector<CommitResult>&) { ++answers; });
    store->load_timers([&](const Read<std::vector<Timer>>&) { ++answers; });
  }
  store.reset();
  EXPECT_EQ(answers, 100);
}

// The planner sees an empty table, and what it plans then is kept for the life of the connection.
TEST_F(PostgresFaults, APlanMadeOnAnEmptyTableDoesNotScanItOnceItIsFull) {
  refusal_of("vacuum analyze tael.timers");
  store.reset();
  store = std::make_unique<postgres::PostgresStore>(options_for(database.url()), clock);
  constexpr int many = 400;
  Commit set, strike;
  for (int i = 0; i < many; ++i) set.timers_set.push_back({1, TimerKind::refund_try, std::to_string(i), morning});
  strike.timers_struck = set.timers_set;
  for (const auto& commit : {strike, set, strike}) ASSERT_EQ(write(commit).outcome, CommitOutcome::committed);
  store.reset();  // The server counts when a session ends.
  while (database.ask("select n_tup_del from pg_stat_user_tables where relname = 'timers'") != std::to_string(many)) {
  }
  const auto read = database.ask("select idx_tup_read from pg_stat_user_indexes where indexrelname = 'timers_pkey'");
  EXPECT_LT(std::stoi(read), 10 * many);
}

TEST_F(PostgresFaults, TheSchemaKeepsWhatHappenedAsItWas) {
  auto commit = creation(order);
  commit.entries = {payment_entry(order, "aurora/T-1/payment")};
  ASSERT_EQ(write(std::move(commit)).outcome, CommitOutcome::committed);
  EXPECT_EQ(refusal_of("update tael.journal set kind = 'x'"), "23000");
  EXPECT_EQ(refusal_of("delete from tael.entries"), "23000");
  EXPECT_EQ(refusal_of("truncate tael.postings"), "23000");
  EXPECT_EQ(refusal_of("insert into tael.postings values (1, 'e', 1, 'a', 5, 'CNY')"), "23514");
  EXPECT_EQ(refusal_of("update tael.orders set refunded_amount = 1"), "23514");
  EXPECT_EQ(refusal_of("update tael.orders set state = 'lost'"), "23514");
}

TEST_F(PostgresFaults, TheJournalReadsAsJson) {
  ASSERT_EQ(write(creation(order)).outcome, CommitOutcome::committed);
  EXPECT_EQ(database.ask("select body->>'text' || (body->>'number') || (body->>'yes') || at from tael.journal_json"),
            "a \"word\"-7true2026-11-11T08:00:00.001Z");
}

TEST_F(PostgresFaults, AReaderReadsAndDoesNotWrite) {
  EXPECT_EQ(refusal_of("set role tael_reader; select * from tael.orders, tael.journal_json"), "");
  EXPECT_EQ(refusal_of("set role tael_reader; delete from tael.orders"), "42501");
}

TEST_F(PostgresFaults, MigratingAgainChangesNothing) {
  postgres::migrate(database.url(), morning);
  EXPECT_EQ(database.ask("select count(*) from tael.migrations"), std::to_string(postgres::migrations().size()));
}

TEST_F(PostgresFaults, AlertsFromBeforeTheyHadALifeAreGatheredAndKeepWhoTookThemOn) {
  TestDatabase old;
  postgres::Connection connection{old.url(), within};
  connection.execute(
      "drop schema tael cascade; create schema tael; create table tael.migrations "
      "(version integer primary key, name text not null, applied_at timestamptz not null)",
      within);
  for (const auto& migration : postgres::migrations().first(3)) {
    connection.execute(std::string{migration.sql}, within);
    connection.execute(
        "insert into tael.migrations values (" + std::to_string(migration.version) + ", 'then', '2026-11-11')", within);
  }
  connection.execute(
      "insert into tael.alerts (shard, kind, ref, severity, message, business, order_type, scene, institution, at) "
      "select 3, kind, ref, 'warning', 'm', '', '', '', '', at::timestamptz from (values "
      "('word', 'a', '2026-11-11 08:00Z'), ('word', 'a', '2026-11-11 09:00Z'), ('word', 'b', '2026-11-11 08:30Z')) "
      "v(kind, ref, at);"
      "insert into tael.journal select shard, 'alert:' || shard || ':' || id, 1, 'alert_acknowledged', "
      "'{\"actor\": \"ada\", \"reason\": \"mine\"}', 'operator/ada', '', '', '', '', at, 1 "
      "from tael.alerts where at = '2026-11-11 09:00Z'",
      within);
  postgres::migrate(old.url(), morning);
  EXPECT_EQ(old.ask("select string_agg(concat_ws(' ', ref, count, acknowledged_by, acknowledged_note, "
                    "extract(epoch from last_at - at)::int, next_at), ', ' order by ref) from tael.alerts"),
            "a 2 ada mine 3600, b 1   0")
      << "and nobody is told of them any more";
}

TEST_F(PostgresFaults, ANewerSchemaIsNotTouched) {
  refusal_of("insert into tael.migrations values (999, 'from tomorrow', '2030-01-01')");
  EXPECT_THROW(postgres::migrate(database.url(), morning), postgres::SchemaTooNew);
  EXPECT_THROW(postgres::PostgresStore(options_for(database.url()), clock), postgres::SchemaTooNew);
}

TEST_F(PostgresFaults, AQuestionAndItsAnswerCrossTheWireUnchanged) {
  postgres::Connection connection{database.url(), within};
  postgres::Array texts{postgres::Type::text}, times{postgres::Type::timestamptz};
  texts.add(std::string_view{"\u9762\u5305"});
  texts.add_null();
  times.add(from_unix_ms(-1));
  times.add(from_unix_ms(253'402'300'799'999));
  const auto rows = connection.query("select * from unnest($1::text[], $2::timestamptz[])",
                                     postgres::Parameters{}.add(std::move(texts)).add(std::move(times)), within);
  ASSERT_EQ(rows.count(), 2);
  EXPECT_EQ(rows.text(0, 0), "\u9762\u5305");
  EXPECT_TRUE(rows.is_null(1, 0));
  EXPECT_EQ(rows.time(0, 1), from_unix_ms(-1));
  EXPECT_EQ(rows.time(1, 1), from_unix_ms(253'402'300'799'999));
}

TEST_F(PostgresFaults, AServerThatDoesNotAnswerIsNotWaitedFor) {
  postgres::Connection connection{database.url(), within, {.statement = Duration{0}}};
  EXPECT_THROW(connection.query("select pg_sleep(60)", {}, Duration{20}), postgres::ConnectionLost);
}

}  // namespace
}  // namespace tael::testing
