// Certificates that end: which steps are alerts, which files are looked at, and who is told when. The certificates are
// made here, for this run.
#include "runtime/node/certificate_rounds.hpp"

#include "tests/support/house.hpp"
#include "tests/support/postman.hpp"
#include "tests/support/test_keys.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

namespace tael {
namespace {

using testing::noon;

constexpr Duration day = 24h;

/// Seconds from the wall's now, which is what a certificate is made by.
long from_now(TimePoint at) {
  return static_cast<long>(std::chrono::duration_cast<std::chrono::seconds>(
                               at - std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()))
                               .count());
}
std::string certificate(long serial, TimePoint until) {
  const auto key = test::make_rsa();
  return test::make_certificate(key.get(),
                                {.serial = serial, .valid_from_s = -365 * 86'400, .valid_until_s = from_now(until)});
}
config::Config house_with(const std::string& client_certificate) {
  config::Config config;
  auto& channel = config.channels["aurora"];
  channel.policy.channel = "aurora";
  channel.adapter = config::Adapter::wechat_v2;
  channel.merchant = "1900000110";
  channel.client_certificate = Secret{client_certificate, "file:keys/ours.pem"};
  return config;
}
std::vector<std::string> refs(const config::Config& config, TimePoint now) {
  std::vector<std::string> found;
  for (const auto& alert : certificate_round_of(config).look(now)) found.push_back(alert.ref);
  return found;
}
using Refs = std::vector<std::string>;

struct Step {
  Duration left;
  std::string step;
  Severity severity;
};

TEST(CertificateRounds, EachStepNearerIsAnAlertOfItsOwnAndTheLastWeekIsCritical) {
  const std::map<std::string, std::vector<KnownCertificate>> known{{"aurora", {{"our certificate 7A", noon}}}};
  for (const auto& [left, step, severity] : std::vector<Step>{{31 * day, "", Severity::warning},
                                                              {30 * day + 1ms, "", Severity::warning},
                                                              {30 * day, "30d", Severity::warning},
                                                              {14 * day + 1ms, "30d", Severity::warning},
                                                              {14 * day, "14d", Severity::warning},
                                                              {7 * day + 1ms, "14d", Severity::warning},
                                                              {7 * day, "7d", Severity::critical},
                                                              {day, "1d", Severity::critical},
                                                              {1ms, "1d", Severity::critical},
                                                              {0ms, "0d", Severity::critical},
                                                              {-365 * day, "0d", Severity::critical}}) {
    const auto alerts = certificate_alerts(known, {30, 14, 7, 1}, noon - left);
    ASSERT_EQ(alerts.size(), step.empty() ? 0u : 1u) << to_rfc3339(noon - left);
    if (step.empty()) continue;
    EXPECT_EQ(alerts.front().ref, "aurora/our certificate 7A/" + step);
    EXPECT_EQ(alerts.front().severity, severity) << step;
    EXPECT_EQ(alerts.front().channel, "aurora") << "its owner is told";
    EXPECT_NE(alerts.front().message.find(left > 0ms ? "ends within" : "has ended at 2026-11-11T12:00:00"),
              std::string::npos)
        << alerts.front().message;
  }
}

TEST(CertificateRounds, WithoutDaysOnlyItsEndIsAnAlertAndTheirOrderDoesNotMatter) {
  const std::map<std::string, std::vector<KnownCertificate>> known{{"aurora", {{"ours", noon}}}};
  EXPECT_TRUE(certificate_alerts(known, {}, noon - 1ms).empty());
  EXPECT_EQ(certificate_alerts(known, {}, noon).size(), 1u);
  EXPECT_EQ(certificate_alerts(known, {1, 30, 7}, noon - 5 * day).front().ref, "aurora/ours/7d");
}

TEST(CertificateRounds, EveryCertificateOfAChainIsLookedAt) {
  const auto config = house_with(certificate(0x7A, noon + 100 * day) + certificate(0x7B, noon + 10 * day) +
                                 certificate(0x7C, noon + 3 * day));
  EXPECT_EQ(refs(config, noon), (Refs{"aurora/our certificate 7B/14d", "aurora/our certificate 7C/7d"}));
}

TEST(CertificateRounds, APkcs12FileIsLookedAt) {
  const auto key = test::make_rsa();
  const auto config = house_with(test::make_pkcs12(
      key.get(), {.serial = 0x7D, .valid_from_s = -86'400, .valid_until_s = from_now(noon + 10 * day)}, "1900000110"));
  EXPECT_EQ(refs(config, noon), Refs{"aurora/our certificate 7D/14d"});
}

TEST(CertificateRounds, KeysOfTheInstitutionAreLookedAtWhereTheyAreCertificates) {
  auto config = house_with("");
  auto& channel = config.channels["aurora"];
  channel.adapter = config::Adapter::wechat_v3;
  const auto plain = test::make_rsa();
  channel.channel_keys = {{"", Secret{certificate(0x7E, noon + day), "file:keys/theirs.pem"}},
                          {"PUB_KEY_ID_1", Secret{test::public_pem(plain.get()), "file:keys/plain.pem"}}};
  EXPECT_EQ(refs(config, noon), Refs{"aurora/the channel's certificate 7E/1d"}) << "a bare key has no end";
  channel.adapter = config::Adapter::http_json;  // Shared secrets: no certificates at all.
  EXPECT_EQ(refs(config, noon), Refs{});
}

TEST(CertificateRounds, AFileThatIsNoCertificateIsToldAtTheStartAndNotForgotten) {
  for (const auto& file : std::vector<std::string>{std::string(100, 'x'), certificate(0x7F, noon).substr(0, 200)}) try {
      certificate_round_of(house_with(file));
      ADD_FAILURE() << "nobody would ever be told of its end";
    } catch (const std::invalid_argument& why) {
      EXPECT_STREQ(
          why.what(),
          "channels/aurora.yaml: 'client_certificate' must lead to a certificate and its key, as PEM or PKCS#12");
    }
}

TEST(CertificateRounds, TheOwnerIsToldAtEachStepAndOfItsEndWhenItIsReplaced) {
  testing::House house;
  testing::Postman mail{"email"};
  house.alerts.owner_of = [](const Alert& alert) { return alert.channel + "@example.com"; };
  house.alerts.ways = {&mail};
  house.alerts.policy.remind_every = 0ms;
  const auto start = house.world.now();
  house.alert_rounds = {certificate_round_of(house_with(certificate(0x7A, start + 35 * day)))};
  house.restart();
  house.world.run_for(36 * day);
  const std::string who = "aurora@example.com ", what = " aurora/our certificate 7A/";
  EXPECT_EQ(mail.carried,
            (Refs{who + "raised" + what + "30d", who + "raised" + what + "14d", who + "raised" + what + "7d",
                  who + "raised" + what + "1d", who + "raised" + what + "0d"}));
  house.alert_rounds = {certificate_round_of(house_with(certificate(0x7B, start + 400 * day)))};
  house.restart();
  house.world.run_for(1min);
  ASSERT_EQ(mail.carried.size(), 6u);
  EXPECT_EQ(mail.carried.back(), who + "resolved" + what + "0d");
}

/// A channel whose adapter downloads what the institution signs with.
struct Downloading : ::testing::Test {
  config::Config config = house_with("");
  RunningKeys running;
  std::shared_ptr<VerifyKeys> keys = std::make_shared<VerifyKeys>();

  void SetUp() override {
    auto& channel = config.channels["aurora"];
    channel.adapter = config::Adapter::wechat_v3;
    channel.download_certificates = true;
  }
  void download(long serial, TimePoint until) { keys->add({read_verify_key("", certificate(serial, until))}); }
};

TEST_F(Downloading, OnlyTheNewestIsLookedAtBecauseTheOlderOnesEndAnyway) {
  const auto round = certificate_round_of(config, &running);
  EXPECT_TRUE(round.look(noon).empty()) << "no adapter runs yet";
  running.hold("aurora", keys);
  EXPECT_TRUE(round.look(noon).empty()) << "it has downloaded nothing yet";
  download(0x7A, noon + 10 * day);
  auto alerts = round.look(noon);
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts.front().ref, "aurora/the channel's newest certificate 7A/14d");
  EXPECT_NE(alerts.front().message.find("ask it for the next"), std::string::npos) << alerts.front().message;
  download(0x7B, noon + 400 * day);
  EXPECT_TRUE(round.look(noon).empty());
  EXPECT_TRUE(round.look(noon + 20 * day).empty()) << "7A has ended, as it should";
}

TEST_F(Downloading, AnAlertFromBeforeARestartIsNotOverUntilSomethingIsDownloaded) {
  testing::House house;
  testing::Postman mail{"email"};
  house.alerts.owner_of = [](const Alert& alert) { return alert.channel + "@example.com"; };
  house.alerts.ways = {&mail};
  house.alerts.policy.remind_every = 0ms;
  running.hold("aurora", keys);
  download(0x7A, house.world.now() + 10 * day);
  house.alert_rounds = {certificate_round_of(config, &running)};
  house.restart();
  house.world.run_for(1min);
  ASSERT_EQ(mail.carried.size(), 1u);
  keys = std::make_shared<VerifyKeys>();
  running.hold("aurora", keys);
  house.restart();
  house.world.run_for(1min);
  EXPECT_EQ(mail.carried.size(), 1u) << "it is no less true because nobody has looked";
  download(0x7B, house.world.now() + 400 * day);
  house.world.run_for(7h);
  ASSERT_EQ(mail.carried.size(), 2u);
  EXPECT_EQ(mail.carried.back(), "aurora@example.com resolved aurora/the channel's newest certificate 7A/14d");
}

}  // namespace
}  // namespace tael
