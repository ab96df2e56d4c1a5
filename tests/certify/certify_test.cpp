// The torture suite: every shipped adapter passes it, and adapters with a bug planted in them do not.
#include "runtime/certify/certify.hpp"

#include "adapters/channels/access/framework_channel.hpp"
#include "adapters/channels/access/status_classifier.hpp"
#include "adapters/channels/http_json/http_json_assembler.hpp"
#include "adapters/channels/http_json/http_json_parser.hpp"
#include "runtime/certify/subject_of.hpp"
#include "runtime/config/config.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace tael {

extern const std::string_view http_json_codes;  // http_json.codes

namespace certify {
namespace {

Subject shipped(const std::string& name) {
  const auto loaded = config::load_channel(std::string{TAEL_SOURCE_DIR} + "/config", name);
  EXPECT_TRUE(loaded.channel) << name;
  return subject_of(loaded.channel.value_or(config::ChannelConfig{}));
}

std::string red_cases(const Certificate& certificate) {
  std::string red;
  for (const auto& result : certificate.results)
    if (result.outcome == Outcome::failed) red += result.name + ": " + result.seen + "\n";
  return red;
}

Outcome outcome_of(const Certificate& certificate, std::string_view name) {
  const auto found = std::ranges::find(certificate.results, name, &Result::name);
  return found == certificate.results.end() ? Outcome::not_said : found->outcome;
}

class ShippedChannel : public ::testing::TestWithParam<const char*> {};

TEST_P(ShippedChannel, IsCertified) {
  const auto certificate = certify(shipped(GetParam()));
  EXPECT_TRUE(certificate.is_green()) << red_cases(certificate);
  EXPECT_GE(certificate.count(Outcome::passed), 35u);
}

INSTANTIATE_TEST_SUITE_P(Certify, ShippedChannel,
                         ::testing::Values("aurora", "wechat", "wechat_bar", "alipay", "stripe", "harbor"),
                         [](const auto& tested) { return std::string{tested.param}; });

TEST(Certify, OfABankThatCanBeAskedToo) {
  auto loaded = config::load_channel(std::string{TAEL_SOURCE_DIR} + "/config", "harbor");
  ASSERT_TRUE(loaded.channel);
  loaded.channel->bank_host.inquires = true;
  const auto certificate = certify(subject_of(*loaded.channel));
  EXPECT_TRUE(certificate.is_green()) << red_cases(certificate);
}

// --- planted bugs ------------------------------------------------------------------------------------

/// Hands every answer on after spoiling it.
class Spoilt final : public Channel {
 public:
  using Spoil = void (*)(const ChannelRequest&, ChannelAnswer&);
  Spoilt(std::unique_ptr<Channel> inner, Spoil spoil) : inner_(std::move(inner)), spoil_(spoil) {}
  void call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) override {
    inner_->call(request, deadline, [request, spoil = spoil_, done = std::move(done)](ChannelAnswer answer) {
      spoil(request, answer);
      done(std::move(answer));
    });
  }
  Callback hear(const RawCallback& raw) override { return inner_->hear(raw); }
  Acknowledgement acknowledge(Reception reception) const override { return inner_->acknowledge(reception); }

 private:
  std::unique_ptr<Channel> inner_;
  Spoil spoil_;
};

Subject spoilt(Spoilt::Spoil spoil) {
  auto subject = shipped("aurora");
  subject.make_channel = [make = subject.make_channel, spoil](const Surroundings& around) {
    return std::make_unique<Spoilt>(make(around), spoil);
  };
  return subject;
}

TEST(CertifyIsRed, WhenTheAskedAmountIsToldInsteadOfTheirs) {
  const auto certificate = certify(spoilt([](const ChannelRequest& request, ChannelAnswer& answer) {
                                     if (answer.amount) answer.amount = request.amount;
                                   }),
                                   "other_amount");
  EXPECT_EQ(outcome_of(certificate, "other_amount"), Outcome::failed);
}

TEST(CertifyIsRed, WhenSilenceIsTakenForADecline) {
  const auto certificate = certify(spoilt([](const ChannelRequest& request, ChannelAnswer& answer) {
                                     if (request.op == ChannelOp::pay && answer.ending == Ending::silent)
                                       answer.ending = Ending::declined;
                                   }),
                                   "answer_");
  for (const auto* name : {"answer_lost", "answer_late", "answer_reset", "answer_dripped", "answer_5xx"})
    EXPECT_EQ(outcome_of(certificate, name), Outcome::failed) << name;
}

TEST(CertifyIsRed, WhenAnUnknownWordAlertsNobody) {
  const auto certificate =
      certify(spoilt([](const ChannelRequest&, ChannelAnswer& answer) { answer.alert.clear(); }), "unknown_");
  EXPECT_EQ(outcome_of(certificate, "unknown_word"), Outcome::failed);
  EXPECT_EQ(outcome_of(certificate, "unknown_error"), Outcome::failed);
}

TEST(CertifyIsRed, WhenASecretIsWrittenDown) {
  static std::string secret;
  auto subject = spoilt([](const ChannelRequest&, ChannelAnswer& answer) { answer.exchange.request += secret; });
  secret = subject.secrets.at(0);
  EXPECT_EQ(outcome_of(certify(subject, "declined"), "declined"), Outcome::failed);
}

class BelievesEverything final : public Verifier {
 public:
  std::string refuses(const HttpAnswer&, TimePoint) const override { return {}; }
  std::string refuses(const RawCallback&) const override { return {}; }
};

TEST(CertifyIsRed, WhenSignaturesAreNotChecked) {
  auto subject = shipped("aurora");
  subject.make_channel = [](const Surroundings& around) {
    HttpJsonOptions options;
    options.channel = "aurora";
    options.base_url = around.base_url;
    options.merchant = "M-TAEL-01";
    options.callback_url = around.callback_url;
    AccessSteps steps;
    steps.channel = "aurora";
    steps.merchant = options.merchant;
    steps.verifier = std::make_unique<BelievesEverything>();
    steps.parser = std::make_unique<HttpJsonParser>();
    steps.classifier = std::make_unique<StatusClassifier>(StatusMap::parse(http_json_codes));
    steps.assembler = std::make_unique<HttpJsonAssembler>(std::move(options), around.clock, around.dice);
    steps.taken = steps.refused = steps.again = {200, "application/json", "{}"};
    return std::make_unique<FrameworkChannel>(std::move(steps), around.client, around.clock);
  };
  // The institution believes this adapter, so that only what the adapter believes is tried.
  subject.make_institution = [make = subject.make_institution](const std::string& callback_url) {
    auto options = make(callback_url);
    options.merchant_keys = {{"", ""}};
    return options;
  };
  const auto answers = certify(subject, "answer_");
  for (const auto* name : {"answer_forged", "answer_unsigned", "answer_unknown_key", "answer_stale"})
    EXPECT_EQ(outcome_of(answers, name), Outcome::failed) << name;
  EXPECT_EQ(outcome_of(answers, "answer_lost"), Outcome::passed) << red_cases(answers);
  const auto callbacks = certify(subject, "callback_");
  for (const auto* name : {"callback_forged", "callback_unsigned", "callback_stale", "callback_tampered"})
    EXPECT_EQ(outcome_of(callbacks, name), Outcome::failed) << name;
}

TEST(CertifyIsRed, WhenASwitchIsNeverMet) {
  auto closed = shipped("aurora");
  closed.make_channel = [make = closed.make_channel](const Surroundings& around) {
    auto nowhere = around;
    nowhere.base_url = "http://127.0.0.1:1";
    return make(nowhere);
  };
  const auto red = certify(closed, "declined");
  ASSERT_EQ(outcome_of(red, "declined"), Outcome::failed);
  EXPECT_NE(red.results.at(0).seen.find("the switch 'declined' was never met"), std::string::npos)
      << red.results.at(0).seen;
}

TEST(Certify, TellsItsTableAndItsSum) {
  const Certificate certificate{"x",
                                {{"a", "A claim", Outcome::passed, "well"}, {"b", "Another", Outcome::failed, "ill"}}};
  std::ostringstream out;
  print_table(certificate, out);
  EXPECT_NE(out.str().find("1 passed, 1 failed, 0 that the protocol does not say"), std::string::npos);
  EXPECT_NE(to_json(certificate).find(R"("green":false)"), std::string::npos);
  EXPECT_FALSE(certificate.is_green());
}

}  // namespace
}  // namespace certify
}  // namespace tael
