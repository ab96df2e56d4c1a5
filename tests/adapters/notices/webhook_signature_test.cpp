// The signature's arithmetic, held to the example the specification itself publishes.
#include "adapters/notices/webhook_signature.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string older_secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const std::string id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const std::string body = R"({"test": 2432232314})";
const std::string golden = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr TimePoint signed_at{std::chrono::seconds{1'614'265'330}};

std::string key(const std::string& text = secret) { return parse_webhook_secret(text).value(); }

HttpHeaders headers(const std::string& signature = golden, const std::string& timestamp = "1614265330") {
  return {{"webhook-id", id}, {"webhook-timestamp", timestamp}, {"webhook-signature", signature}};
}

TEST(WebhookSignature, IsTheOneTheSpecificationPublishes) {
  EXPECT_EQ(sign_webhook({key()}, id, webhook_timestamp(signed_at + 999ms), body), golden);
}

TEST(WebhookSignature, OfTwoKeysAreTwoAndEitherVerifies) {
  const auto both = sign_webhook({key(), key(older_secret)}, id, "1614265330", body);
  EXPECT_TRUE(both.starts_with(golden + " v1,"));
  EXPECT_EQ(verify_webhook({key()}, headers(both), body, signed_at), WebhookVerdict::authentic);
  EXPECT_EQ(verify_webhook({key(older_secret)}, headers(both), body, signed_at), WebhookVerdict::authentic);
}

struct Secret {
  std::string name, text;
  bool valid;
};
class WebhookSecret : public testing::TestWithParam<Secret> {};

TEST_P(WebhookSecret, IsBase64Of24To64Bytes) {
  EXPECT_EQ(parse_webhook_secret(GetParam().text).has_value(), GetParam().valid);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, WebhookSecret, testing::Values(
  Secret{"bytes_24",       secret,                                       true},
  Secret{"bytes_32",       older_secret,                                 true},
  Secret{"bytes_64",       "whsec_" + std::string(84, 'A') + "AA==",     true},
  Secret{"bytes_23",       "whsec_" + std::string(31, 'A') + "=",        false},
  Secret{"bytes_66",       "whsec_" + std::string(88, 'A'),              false},
  Secret{"no_prefix",      secret.substr(6),                             false},
  Secret{"other_prefix",   "whsk_" + secret.substr(6),                   false},
  Secret{"empty",          "whsec_",                                     false},
  Secret{"no_padding",     "whsec_" + std::string(43, 'A'),              false},
  Secret{"url_alphabet",   "whsec_" + std::string(31, 'A') + "-",        false},
  Secret{"line_feed",      secret + "\n",                                false},
  Secret{"only_padding",   "whsec_" + std::string(32, '='),              false}),
  [](const auto& secret_case) { return secret_case.param.name; });
// clang-format on

struct Claim {
  std::string name;
  HttpHeaders headers;
  std::string body;
  Duration age;
  WebhookVerdict verdict;
};
class WebhookReceiver : public testing::TestWithParam<Claim> {};

TEST_P(WebhookReceiver, BelievesOnlyWhatWasSignedAndIsFresh) {
  const auto& claim = GetParam();
  EXPECT_EQ(verify_webhook({key()}, claim.headers, claim.body, signed_at + claim.age), claim.verdict);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, WebhookReceiver, testing::Values(
  Claim{"as_signed",           headers(),                                body,       0s,     WebhookVerdict::authentic},
  Claim{"five_minutes_old",    headers(),                                body,       5min,   WebhookVerdict::authentic},
  Claim{"older",               headers(),                                body,       301s,   WebhookVerdict::stale},
  Claim{"from_the_future",     headers(),                                body,       -301s,  WebhookVerdict::stale},
  Claim{"body_changed",        headers(),                                body + " ", 0s,     WebhookVerdict::bad_signature},
  Claim{"time_changed",        headers(golden, "1614265331"),            body,       0s,     WebhookVerdict::bad_signature},
  Claim{"one_of_several",      headers("v1a,xx v1,AAAA " + golden),      body,       0s,     WebhookVerdict::authentic},
  Claim{"other_version",       headers("v2" + golden.substr(2)),         body,       0s,     WebhookVerdict::bad_signature},
  Claim{"cut_signature",       headers(golden.substr(0, 20)),            body,       0s,     WebhookVerdict::bad_signature},
  Claim{"no_headers",          {},                                       body,       0s,     WebhookVerdict::malformed},
  Claim{"time_is_words",       headers(golden, "yesterday"),             body,       0s,     WebhookVerdict::malformed},
  Claim{"time_in_ms",          headers(golden, "1614265330000"),         body,       0s,     WebhookVerdict::malformed},
  Claim{"no_signature",        headers(""),                              body,       0s,     WebhookVerdict::malformed}),
  [](const auto& claim) { return claim.param.name; });
// clang-format on

TEST(WebhookReceiver, WithoutAKeyBelievesNothing) {
  EXPECT_EQ(verify_webhook({}, headers(), body, signed_at), WebhookVerdict::bad_signature);
}

}  // namespace
}  // namespace tael
