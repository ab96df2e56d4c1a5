// What is written down of a message that kills its adapter.
#include "actors/domain/quarantined.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

TEST(CrashHash, IsTheSameForCrashesThatDifferInNumbersAlone) {
  const auto hash = crash_hash("std::out_of_range: field 54 of 01JD3F8QZK0053W5M2T7RXV9YE");
  EXPECT_EQ(hash, crash_hash("std::out_of_range: field 7 of 01JD3F9AAA0053W5M2T7RXV9YE"));
  EXPECT_EQ(hash.size(), 16u);
  EXPECT_EQ(hash.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(CrashHash, TellsTypesAndWordsApart) {
  const auto hash = crash_hash("std::out_of_range: field 54");
  for (const auto* other :
       {"std::logic_error: field 54", "std::out_of_range: fields 54", "std::out_of_range: field", ""})
    EXPECT_NE(hash, crash_hash(other)) << other;
}

TEST(CrashHash, IsTheSameInEveryBuild) { EXPECT_EQ(crash_hash("a"), "af63dc4c8601ec8c"); }

TEST(Fingerprint, IsTheSameInEveryBuildAndTellsBytesApart) {
  EXPECT_EQ(fingerprint(""), "cbf29ce484222325");
  EXPECT_EQ(fingerprint("a"), "af63dc4c8601ec8c");
  EXPECT_NE(fingerprint("order 1"), fingerprint("order 2"));
}

TEST(PlainWords, AreWhatEveryStoreTakes) {
  EXPECT_EQ(plain_words(std::string{"a\0b\n\xff~", 6}), "a?b??~");
  EXPECT_EQ(plain_words(std::string(5000, 'x')).size(), 1000u);
}

TEST(Quarantined, AMessageHeldAgainCountsItsCrashesAndShowsTheLastError) {
  QuarantinedMessage known{1, "aurora", "pay P1", "O1", "first", "h1", 3, TimePoint{1s}, TimePoint{9s}};
  QuarantinedMessage again{1, "aurora", "pay P1", "O1", "second", "h2", 3, TimePoint{20s}, TimePoint{29s}};
  EXPECT_EQ(counted_up(known, again),
            (QuarantinedMessage{1, "aurora", "pay P1", "O1", "second", "h2", 6, TimePoint{1s}, TimePoint{29s}}));
  EXPECT_EQ(ref_of(known), "aurora pay P1");
}

}  // namespace
}  // namespace tael
