#include "actors/domain/notice_machine.hpp"

#include "tests/support/orders.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::morning;

Notice due_notice() {
  return {.id = "msg_1", .order_id = {}, .business = {}, .type = {}, .url = {}, .body = {}, .last_error = {}};
}

TEST(Notice, ClimbsItsLadderAndIsParkedAtTheEnd) {
  auto notice = due_notice();
  const NoticePolicy policy;
  TimePoint now = morning;
  int tries = 0;
  while (notice.state == NoticeState::due) {
    notice = after_try(notice, policy, {.status = 500, .error = "HTTP 500", .retry_after = {}}, now);
    ++tries;
    if (notice.state == NoticeState::due) now = notice.next_at;
  }
  EXPECT_EQ(tries, 10);
  EXPECT_EQ(notice.state, NoticeState::parked);
  EXPECT_LE(now - morning, 12h);
  EXPECT_GE(now - morning, 11h);
}

TEST(Notice, WaitsAsLongAsItsRungAndLongerWhereTheBusinessAsksForIt) {
  const NoticePolicy policy;
  const auto waits = [&](std::optional<Duration> asked) {
    return after_try(due_notice(), policy, {.status = 503, .error = {}, .retry_after = asked}, morning).next_at -
           morning;
  };
  EXPECT_EQ(waits({}), policy.ladder[0]);
  EXPECT_EQ(waits(1h), 1h);
  EXPECT_EQ(waits(1s), policy.ladder[0]) << "nobody hurries us";
}

TEST(Notice, WhoWantsNoMoreIsAskedNoMore) {
  const auto notice =
      after_try(due_notice(), {}, {.gone = true, .status = 410, .error = {}, .retry_after = {}}, morning);
  EXPECT_EQ(notice.state, NoticeState::parked);
  EXPECT_EQ(notice.next_at, TimePoint{});
}

TEST(Notice, ThatMayNotGoWhereItIsWantedIsNotTriedForTwelveHours) {
  NoticeTry barred;
  barred.barred = true;
  barred.error = "not sent: 10.0.0.7 is not public";
  const auto notice = after_try(due_notice(), {}, barred, morning);
  EXPECT_EQ(notice.state, NoticeState::parked);
  EXPECT_EQ(notice.last_error, barred.error);
}

TEST(Notice, IsSentAgainFromTheFootOfItsLadder) {
  auto parked = after_try(due_notice(), {}, {.gone = true, .status = 410, .error = "gone", .retry_after = {}}, morning);
  const auto again = after_replay(parked, morning + 1h);
  EXPECT_EQ(again.state, NoticeState::due);
  EXPECT_EQ(again.next_at, morning + 1h);
  EXPECT_EQ(again.tries, 0);
  EXPECT_EQ(again.version, parked.version + 1);
}

}  // namespace
}  // namespace tael
