#include "adapters/channels/access/status_map.hpp"

#include "adapters/channels/access/status_classifier.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tael {
namespace {

std::string refusal_of(std::string_view text) {
  try {
    StatusMap::parse(text);
    return "none";
  } catch (const std::invalid_argument& why) {
    return why.what();
  }
}

TEST(StatusMap, TheFirstRowThatFitsCounts) {
  const auto map = StatusMap::parse(
      "# a comment\n"
      "pay,refund  4xx  BAD   declined  # and one behind\n"
      "*           401  BAD   silent    alert\n"
      "inquire     404  NO_*  silent    unknown_number\n");
  EXPECT_EQ(map.find(ChannelOp::pay, 401, "BAD")->ending, Ending::declined);
  EXPECT_TRUE(map.find(ChannelOp::close, 401, "BAD")->alert);
  EXPECT_TRUE(map.find(ChannelOp::inquire, 404, "NO_SUCH")->number_unknown);
  EXPECT_EQ(map.find(ChannelOp::pay, 500, "BAD"), nullptr);
  EXPECT_EQ(map.find(ChannelOp::pay, 400, "bad"), nullptr);
}

TEST(StatusMap, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(refusal_of("\npay 200 OK aproved\n"),
            "line 2: 'aproved' is no ending: approved, declined, not_sent, pending or silent");
  EXPECT_NE(refusal_of("pey 200 OK approved").find("line 1: 'pey' is no op"), std::string::npos);
  EXPECT_NE(refusal_of("pay 20 OK approved").find("'20' is no HTTP status"), std::string::npos);
  EXPECT_NE(refusal_of("pay 200 OK").find("whole row"), std::string::npos);
  EXPECT_NE(refusal_of("pay 200 OK approved loud").find("'loud' is no flag"), std::string::npos);
  EXPECT_NE(refusal_of("inquire 404 X approved unknown_number").find("that is silent"), std::string::npos);
}

TEST(StatusClassifier, AWordWithoutARowDecidesNothingAndTellsTheOwner) {
  const StatusClassifier classifier{StatusMap::parse("inquire 200 paid approved\n")};
  Reading reading;
  reading.readable = true;
  reading.word = "frozen";
  reading.number = "N";
  auto answer = classifier.classify({ChannelOp::inquire, "N", Transport::answered, 200, ""}, reading);
  EXPECT_EQ(answer.ending, Ending::pending);
  EXPECT_NE(answer.alert.find("'frozen'"), std::string::npos);
  answer = classifier.classify({ChannelOp::inquire, "N", Transport::answered, 400, ""}, reading);
  EXPECT_EQ(answer.ending, Ending::pending) << "an authentic error that nobody knows";
  EXPECT_FALSE(answer.alert.empty());
  answer = classifier.classify({ChannelOp::inquire, "N", Transport::answered, 500, ""}, reading);
  EXPECT_EQ(answer.ending, Ending::silent) << "a server in trouble says nothing about the money";
  EXPECT_FALSE(answer.alert.empty());
  reading.word = "paid";
  answer = classifier.classify({ChannelOp::refund, "N", Transport::answered, 400, ""}, reading);
  EXPECT_EQ(answer.ending, Ending::silent) << "a word with a row for another call is no new one";
  reading.word = "frozen";
  answer = classifier.classify({ChannelOp::close, "N", Transport::answered, 400, ""}, reading);
  EXPECT_EQ(answer.ending, Ending::silent) << "closing moves no money that could be under way";
}

}  // namespace
}  // namespace tael
