#include "actors/domain/notice_machine.hpp"

#include "tests/support/orders.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::morning;

TEST(Notice, ClimbsItsLadderAndIsParkedAtTheEnd) {
  Notice notice{.id = "msg_1", .order_id = {}, .business = {}, .type = {}, .url = {}, .body = {}, .last_error = {}};
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

}  // namespace
}  // namespace tael
