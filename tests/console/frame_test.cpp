// What the console's pages share: how states and waits read.
#include "runtime/console/frame.hpp"

#include <gtest/gtest.h>

namespace tael::console {
namespace {

TEST(Frame, SaysAWaitAsPeopleDo) {
  for (const auto& [seconds, text] : {std::pair{0, "0 s"},
                                      {59, "59 s"},
                                      {60, "1 min"},
                                      {719, "11 min"},
                                      {3'600, "1 h"},
                                      {7'155, "1 h 59 min"},
                                      {86'400, "1 d"},
                                      {273'600, "3 d 4 h"}})
    EXPECT_EQ(wait_text(seconds), text);
}

TEST(Frame, ShowsAClosedOrderAsAnEndAndAClosedBreakerAsHealth) {
  Html order, breaker;
  order_pill(order, "closed");
  pill(breaker, "closed");
  EXPECT_EQ(order.take(), R"(<span class="pill quiet">closed</span>)");
  EXPECT_EQ(breaker.take(), R"(<span class="pill good">closed</span>)");
}

}  // namespace
}  // namespace tael::console
