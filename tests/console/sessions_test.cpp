// Who is let in, for how long, and how hopeless guessing is.
#include "runtime/console/sessions.hpp"

#include "tests/support/hand_clock.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tael {
namespace {

struct Door : ::testing::Test {
  testing::HandClock clock;
  testing::EvenDice dice;
  Sessions sessions{
      {{"ada", {"correct horse", OperatorRole::operate}}, {"bob", {"battery staple", OperatorRole::read}}},
      clock,
      dice};

  LoginAnswer log_in(const std::string& actor, const std::string& password, const std::string& from = "10.0.0.1") {
    return sessions.log_in(actor, password, from);
  }
};

TEST_F(Door, LetsInWhoKnowsTheirOwnPassword) {
  const auto answer = log_in("ada", "correct horse");
  ASSERT_EQ(answer.ending, LoginEnding::done);
  const auto session = sessions.find(answer.token);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->actor, "ada");
  EXPECT_EQ(session->caller().name, "operator/ada");
  EXPECT_EQ(session->role, OperatorRole::operate);
  EXPECT_NE(session->csrf, answer.token);
  EXPECT_EQ(log_in("ada", "battery staple").ending, LoginEnding::wrong);
  EXPECT_EQ(log_in("eve", "").ending, LoginEnding::wrong);
  EXPECT_EQ(log_in("", "").ending, LoginEnding::wrong);
}

TEST_F(Door, KnowsNoTokenButThoseItGave) {
  const auto answer = log_in("ada", "correct horse");
  EXPECT_FALSE(sessions.find(""));
  EXPECT_FALSE(sessions.find(answer.token.substr(1)));
  EXPECT_FALSE(sessions.find(answer.token + "0"));
}

TEST_F(Door, EndsASessionByTimeAndByHand) {
  const auto one = log_in("ada", "correct horse"), other = log_in("bob", "battery staple");
  sessions.log_out(one.token);
  EXPECT_FALSE(sessions.find(one.token));
  EXPECT_TRUE(sessions.find(other.token));
  clock.turn(SessionLimits{}.lasts);
  EXPECT_FALSE(sessions.find(other.token));
}

TEST_F(Door, WrongPasswordsOfOneNameLockOutNobodyElseBehindTheSameProxy) {
  for (int i = 0; i < 5; ++i) log_in("ada", "guess");
  for (int i = 0; i < 5; ++i) log_in("nobody-" + std::to_string(i), "guess");
  EXPECT_EQ(log_in("bob", "battery staple").ending, LoginEnding::done);
  EXPECT_EQ(log_in("ada", "correct horse").ending, LoginEnding::too_many);
}

TEST_F(Door, GuessersOfNamesThatNobodyHasLockOutNoOperator) {
  for (int i = 0; i < 40; ++i) log_in("nobody-" + std::to_string(i), "guess");
  EXPECT_EQ(log_in("ada", "correct horse").ending, LoginEnding::done);
}

TEST_F(Door, GivesAnAddressFiveWrongTriesAndThenNotEvenTheRightOne) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("ada", "guess").ending, LoginEnding::wrong);
  EXPECT_EQ(log_in("ada", "correct horse").ending, LoginEnding::too_many);
  EXPECT_EQ(log_in("ada", "correct horse", "10.0.0.2").ending, LoginEnding::done);  // Nobody locks others out.
  clock.turn(SessionLimits{}.tries_within);
  EXPECT_EQ(log_in("ada", "correct horse").ending, LoginEnding::done);
}

TEST_F(Door, GuessersFromEverywhereLockNobodyOut) {
  for (int i = 0; i < 200; ++i) log_in("ada", "guess", "10.0.1." + std::to_string(i));
  EXPECT_EQ(log_in("ada", "correct horse", "10.0.2.1").ending, LoginEnding::done);
}

TEST_F(Door, GivesEachAddressOneTryWhenAllTogetherHaveHadFifty) {
  for (int i = 0; i < 49; ++i) log_in("ada", "guess", "10.0.1." + std::to_string(i));
  EXPECT_EQ(log_in("ada", "guess", "10.0.2.1").tries_left, 0U);
  EXPECT_EQ(log_in("ada", "correct horse", "10.0.2.1").ending, LoginEnding::too_many);
  EXPECT_EQ(log_in("ada", "correct horse", "10.0.1.1").ending, LoginEnding::too_many);
}

TEST_F(Door, NamesAnOperatorAndNeverWhatMayBeAPassword) {
  EXPECT_EQ(log_in("ada", "guess").actor, "ada");
  EXPECT_EQ(log_in("correct horse", "ada").actor, "");
}

TEST_F(Door, HasRoomForSoManyAndShowsTheOldestOut) {
  std::set<std::string> tokens;
  const auto first = log_in("ada", "correct horse");
  for (std::size_t i = 0; i < SessionLimits{}.sessions_max; ++i) {
    clock.turn(1ms);
    tokens.insert(log_in("bob", "battery staple").token);
  }
  EXPECT_EQ(tokens.size(), SessionLimits{}.sessions_max);  // All different.
  EXPECT_FALSE(sessions.find(first.token));
  for (const auto& token : tokens) EXPECT_TRUE(sessions.find(token));
}

TEST_F(Door, TellsWhatBecameOfADeedOnce) {
  const auto answer = log_in("ada", "correct horse");
  sessions.tell(answer.token, "done");
  EXPECT_EQ(sessions.take_told(answer.token), "done");
  EXPECT_EQ(sessions.take_told(answer.token), "");
}

}  // namespace
}  // namespace tael
