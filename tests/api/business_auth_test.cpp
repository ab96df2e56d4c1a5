#include "runtime/api/business_auth.hpp"

#include "tests/api/api_support.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using test::Signing;

class BusinessAuthTest : public testing::Test {
 protected:
  ServerRequest request(Signing signing = {}) {
    return test::signed_request(clock, "POST", "/v1/orders?a=b", "{}", std::move(signing));
  }
  /// The business's code, or the refusal's code.
  std::string check(const ServerRequest& request) {
    const auto checked = auth.check(request);
    if (const auto* problem = std::get_if<Problem>(&checked)) {
      detail = problem->detail;
      EXPECT_TRUE(problem->reason.status == 401 || problem->reason.status == 429);
      return std::string{problem->reason.code};
    }
    return std::get<std::string>(checked);
  }
  std::string at(std::int64_t off) { return std::to_string(unix_ms(clock.now()) / 1'000 + off); }

  test::HandClock clock;
  std::shared_ptr<const BusinessKeys> keys = std::make_shared<BusinessKeys>(test::bakery().keys);
  FindKeys find = [this](std::string_view code) { return code == "bakery" ? keys : nullptr; };
  BusinessAuth auth{clock, find};
  std::string detail;
};

TEST_F(BusinessAuthTest, LetsInWhoSignsAsAgreed) { EXPECT_EQ(check(request()), "bakery"); }

TEST_F(BusinessAuthTest, TheSignedTextIsTheDocumentedOne) {
  EXPECT_EQ(signature_base("POST", "/v1/orders?a=b", "1700000000", "n", "{}"),
            "POST\n/v1/orders?a=b\n1700000000\nn\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
}

TEST_F(BusinessAuthTest, OldTokensAndSaltsCountWhileTheyAreRotated) {
  EXPECT_EQ(check(request({.token = "token-old", .salt = "salt-old", .nonce = {}, .timestamp = {}})), "bakery");
}

TEST_F(BusinessAuthTest, NamesTheHeaderThatIsMissing) {
  for (const auto* header : {"Tael-Business", "Tael-Token", "Tael-Timestamp", "Tael-Nonce", "Tael-Signature"}) {
    auto without = request();
    std::string lower{header};
    for (char& c : lower) c = static_cast<char>(std::tolower(c));
    std::erase_if(without.headers, [&](const auto& h) { return h.first == lower; });
    EXPECT_EQ(check(without), "UNAUTHENTICATED");
    EXPECT_EQ(detail, std::string{"the header "} + header + " is missing");
  }
}

TEST_F(BusinessAuthTest, AHeaderGivenTwiceIsRefused) {
  auto twice = request();
  twice.headers.emplace_back("tael-business", "bakery");
  EXPECT_EQ(check(twice), "UNAUTHENTICATED");
}

TEST_F(BusinessAuthTest, StrangersWrongTokensAndWrongSignaturesLookAlike) {
  std::vector<std::string> details;
  auto body = request(), target = request(), method = request();
  body.body = "{ }";
  target.target = "/v1/orders?a=c";
  method.method = "PUT";
  auto upper = request();
  for (auto& [name, value] : upper.headers)
    if (name == "tael-signature")
      for (char& c : value) c = static_cast<char>(std::toupper(c));
  for (const auto& bad : {request({.business = "butcher", .nonce = {}, .timestamp = {}}),
                          request({.token = "guess", .nonce = {}, .timestamp = {}}),
                          request({.salt = "guess", .nonce = {}, .timestamp = {}}), body, target, method, upper}) {
    EXPECT_EQ(check(bad), "UNAUTHENTICATED");
    details.push_back(detail);
  }
  EXPECT_EQ(details, std::vector(details.size(), details.front()));
}

TEST_F(BusinessAuthTest, ATimestampMayBeFiveMinutesOffAndNoMore) {
  EXPECT_EQ(check(request({.nonce = {}, .timestamp = at(-300)})), "bakery");
  EXPECT_EQ(check(request({.nonce = {}, .timestamp = at(300)})), "bakery");
  EXPECT_EQ(check(request({.nonce = {}, .timestamp = at(-301)})), "TIMESTAMP_OUT_OF_WINDOW");
  EXPECT_EQ(check(request({.nonce = {}, .timestamp = at(301)})), "TIMESTAMP_OUT_OF_WINDOW");
  for (const auto* nonsense : {"now", "-1", "1e9", "99999999999999999999", "1700000000.5", "9223372036854775807"})
    EXPECT_EQ(check(request({.nonce = {}, .timestamp = nonsense})), "TIMESTAMP_OUT_OF_WINDOW") << nonsense;
}

TEST_F(BusinessAuthTest, ANonceCountsOnceWithinTheWindowAndIsForgottenAfterIt) {
  EXPECT_EQ(check(request({.nonce = "n", .timestamp = {}})), "bakery");
  EXPECT_EQ(check(request({.nonce = "n", .timestamp = {}})), "NONCE_REPLAYED");
  clock.turn(300s);
  EXPECT_EQ(check(request({.nonce = "n", .timestamp = {}})), "NONCE_REPLAYED");
  clock.turn(1s);
  EXPECT_EQ(check(request({.nonce = "n", .timestamp = {}})), "bakery");
}

TEST_F(BusinessAuthTest, AReplayOfAnEarlyRequestIsKnownUntilItsTimestampIsTooOld) {
  const auto early = request({.nonce = "n", .timestamp = at(300)});
  EXPECT_EQ(check(early), "bakery");
  clock.turn(599s);
  EXPECT_EQ(check(early), "NONCE_REPLAYED");
  clock.turn(2s);
  EXPECT_EQ(check(early), "TIMESTAMP_OUT_OF_WINDOW");
}

TEST_F(BusinessAuthTest, AForgerCannotBurnANonce) {
  EXPECT_EQ(check(request({.salt = "guess", .nonce = "n", .timestamp = {}})), "UNAUTHENTICATED");
  EXPECT_EQ(check(request({.nonce = "n", .timestamp = {}})), "bakery");
}

TEST_F(BusinessAuthTest, MemoryForNoncesIsBounded) {
  BusinessAuth small(clock, find, {.nonces_max = 2});
  EXPECT_TRUE(std::holds_alternative<std::string>(small.check(request())));
  EXPECT_TRUE(std::holds_alternative<std::string>(small.check(request())));
  EXPECT_EQ(std::get<Problem>(small.check(request())).reason.code, "TOO_MANY_REQUESTS");
  clock.turn(301s);
  EXPECT_TRUE(std::holds_alternative<std::string>(small.check(request())));
}

}  // namespace
}  // namespace tael
