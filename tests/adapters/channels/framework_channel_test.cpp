// A channel whose steps are broken: what they throw comes on a thread of the client, where it would end the process.
#include "adapters/channels/access/framework_channel.hpp"

#include "tests/adapters/channels/says_anything.hpp"
#include "tests/support/hand_clock.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tael::testing {
namespace {

enum class Step { none, verify, parse, classify };

struct Plain final : Assembler {
  Assembled assemble(const ChannelRequest&, Duration) const override { return {}; }
};

struct Broken final : Verifier, Parser, Classifier {
  explicit Broken(Step step) : at(step) {}
  void survive(Step step) const {
    if (at == step) throw std::logic_error("off by one");
  }
  std::string refuses(const HttpAnswer&, TimePoint) const override { return survive(Step::verify), ""; }
  std::string refuses(const RawCallback&) const override { return ""; }
  Reading parse(const HttpAnswer&, const ChannelRequest&) const override { return survive(Step::parse), Reading{}; }
  Reading parse(const RawCallback&) const override { return {}; }
  ChannelAnswer classify(const Evidence&, const Reading&) const override {
    survive(Step::classify);
    ChannelAnswer answer;
    answer.ending = Ending::approved;
    return answer;
  }
  Step at;
};

ChannelAnswer answer_with(Step broken) {
  AccessSteps steps;
  steps.channel = "aurora";
  steps.assembler = std::make_unique<Plain>();
  steps.verifier = std::make_unique<Broken>(broken);
  steps.parser = std::make_unique<Broken>(broken);
  steps.classifier = std::make_unique<Broken>(broken);
  HandClock clock;
  SaysAnything client{
      [](const HttpCall&) { return HttpAnswer{Transport::answered, 200, {}, "the answer that kills", "", 5ms}; }};
  FrameworkChannel channel{std::move(steps), client, clock};
  ChannelRequest request;
  request.op = ChannelOp::inquire;
  request.number = "N1";
  ChannelAnswer answer;
  int answers = 0;
  channel.call(request, 8s, [&](ChannelAnswer given) {
    answer = std::move(given);
    ++answers;
  });
  EXPECT_EQ(answers, 1);
  return answer;
}

TEST(FrameworkChannel, DoesNotThrowAtTheClientWhateverAStepDiesOf) {
  for (const auto step : {Step::verify, Step::parse, Step::classify}) {
    const auto answer = answer_with(step);
    EXPECT_EQ(answer.ending, Ending::silent);
    EXPECT_EQ(answer.code, "adapter_crashed");
    EXPECT_EQ(answer.transport, Transport::answered);
    EXPECT_FALSE(answer.authentic);
    ASSERT_TRUE(answer.crash);
    EXPECT_EQ(answer.crash->error, "off by one");
    EXPECT_NE(answer.exchange.response.find("the answer that kills"), std::string::npos);
    EXPECT_EQ(answer.exchange.outcome, "silent");
    EXPECT_EQ(answer.exchange.number, "N1");
  }
}

TEST(FrameworkChannel, CallsNoAnswerACrashThatItsStepsCouldRead) {
  const auto answer = answer_with(Step::none);
  EXPECT_EQ(answer.ending, Ending::approved);
  EXPECT_FALSE(answer.crash);
}

}  // namespace
}  // namespace tael::testing
