// Whose trouble a channel's error words are: one table over every protocol's rows, as they are built in.
#include "adapters/channels/access/status_classifier.hpp"
#include "adapters/channels/iso8583/response_codes.hpp"

#include <gtest/gtest.h>

namespace tael {

extern const std::string_view http_json_codes, wechat_v3_codes, wechat_v2_codes, alipay_codes, stripe_codes;

namespace {

struct Trouble {
  const char* name;
  const std::string_view* codes;
  ChannelOp op;
  int status;
  const char* word;
  FaultScope scope;
  Ending ending = Ending::silent;
};

class FaultScopes : public ::testing::TestWithParam<Trouble> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, FaultScopes, ::testing::Values(
    Trouble{"house_bank",      &http_json_codes, ChannelOp::pay,            503, "bank_unavailable",   FaultScope::bank, Ending::not_sent},
    Trouble{"house_bank_ask",  &http_json_codes, ChannelOp::inquire,        503, "bank_unavailable",   FaultScope::bank},
    Trouble{"house_method",    &http_json_codes, ChannelOp::refund,         503, "method_unavailable", FaultScope::method, Ending::not_sent},
    Trouble{"house_unsaid",    &http_json_codes, ChannelOp::pay,            409, "number_conflict",    FaultScope::path},
    Trouble{"v3_bank",         &wechat_v3_codes, ChannelOp::pay,            500, "BANK_ERROR",         FaultScope::bank},
    Trouble{"v3_channel",      &wechat_v3_codes, ChannelOp::refund,         503, "SYSTEM_ERROR",       FaultScope::channel},
    Trouble{"v2_bank",         &wechat_v2_codes, ChannelOp::pay,            200, "BANKERROR",          FaultScope::bank},
    Trouble{"v2_channel",      &wechat_v2_codes, ChannelOp::inquire,        200, "SYSTEMERROR",        FaultScope::channel},
    Trouble{"alipay_channel",  &alipay_codes,    ChannelOp::pay,            200, "ACQ.SYSTEM_ERROR",   FaultScope::channel},
    Trouble{"alipay_gateway",  &alipay_codes,    ChannelOp::refund,         200, "isp.unknow-error",   FaultScope::channel},
    Trouble{"stripe_channel",  &stripe_codes,    ChannelOp::inquire_refund, 502, "api_error:",         FaultScope::channel}),
    [](const auto& trouble) { return trouble.param.name; });
// clang-format on

TEST_P(FaultScopes, AreWhatTheWordSays) {
  const auto& said = GetParam();
  const StatusClassifier classifier{StatusMap::parse(*said.codes)};
  Reading reading;
  reading.readable = true;
  reading.word = said.word;
  reading.number = "N";
  const auto answer = classifier.classify({said.op, "N", Transport::answered, said.status, ""}, reading);
  EXPECT_EQ(answer.scope, said.scope);
  EXPECT_EQ(answer.ending, said.ending);
  EXPECT_TRUE(answer.alert.empty()) << answer.alert;
}

TEST(FaultScopes, OfAHostTellTheIssuersTroubleFromItsOwn) {
  using iso8583::find_code;
  using iso8583::Question;
  for (const auto question : {Question::money, Question::inquiry, Question::reversal}) {
    EXPECT_EQ(find_code(question, "91")->scope, FaultScope::bank);
    EXPECT_EQ(find_code(question, "96")->scope, FaultScope::channel);
  }
  EXPECT_EQ(find_code(Question::money, "68")->scope, FaultScope::bank);
  EXPECT_EQ(find_code(Question::money, "94")->scope, FaultScope::path);
}

TEST(FaultScopes, OfWhatWasNeverSentIsOurEndOfTheLine) {
  const StatusClassifier classifier{StatusMap::parse(http_json_codes)};
  EXPECT_EQ(classifier.classify({ChannelOp::pay, "N", Transport::not_sent, 0, ""}, {}).scope, FaultScope::local);
  EXPECT_EQ(classifier.classify({ChannelOp::pay, "N", Transport::unknown, 0, ""}, {}).scope, FaultScope::path);
}

TEST(FaultScopes, AreNothingThatASuccessCouldHave) {
  EXPECT_THROW(StatusMap::parse("pay 200 OK approved bank"), std::invalid_argument);
  EXPECT_THROW(StatusMap::parse("pay 402 NO_FUNDS declined channel"), std::invalid_argument);
}

}  // namespace
}  // namespace tael
