// What leaves us with a notice, and what an endpoint's answer is taken for.
#include "adapters/notices/standard_webhooks.hpp"

#include "adapters/notices/webhook_signature.hpp"
#include "tests/adapters/notices/fake_http_client.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

const std::string current = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string previous = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
constexpr TimePoint noon{std::chrono::seconds{1'795'262'400}};

Notice notice() {
  Notice made;
  made.id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  made.business = "bakery";
  made.type = "order.paid";
  made.url = "https://bakery.example/notices";
  made.body = R"({"type":"order.paid","timestamp":"2026-11-21T11:59:59.000Z","data":{}})";
  return made;
}

class StandardWebhooksTest : public testing::Test {
 protected:
  NoticeTry send(TimePoint now = noon, Duration deadline = 15s) {
    int answered = 0;
    NoticeTry outcome;
    sender.send(notice(), deadline, now, [&](NoticeTry given) {
      outcome = std::move(given);
      ++answered;
    });
    EXPECT_EQ(answered, 1);
    return outcome;
  }
  WebhookVerdict verdict(const std::string& secret, TimePoint now = noon) const {
    return verify_webhook({*parse_webhook_secret(secret)}, client.heard.back().headers, client.heard.back().body, now);
  }

  test::FakeHttpClient client;
  std::vector<std::string> secrets{current};
  StandardWebhooks sender{client, [this](std::string_view business) {
                            return business == "bakery" ? secrets : std::vector<std::string>{};
                          }};
};

TEST_F(StandardWebhooksTest, PostsTheStoredBytesToTheBusiness) {
  EXPECT_TRUE(send().acknowledged);
  ASSERT_EQ(client.heard.size(), 1u);
  const auto& call = client.heard[0];
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://bakery.example/notices");
  EXPECT_EQ(call.body, notice().body);
  EXPECT_EQ(client.header("content-type"), "application/json");
  EXPECT_EQ(client.header("webhook-id"), notice().id);
  EXPECT_FALSE(client.header("user-agent").empty());
}

TEST_F(StandardWebhooksTest, SignsTheTimeOfThisTryUnderTheSameId) {
  send(noon);
  EXPECT_EQ(client.header("webhook-timestamp"), "1795262400");
  send(noon + 7h);
  EXPECT_EQ(client.header("webhook-timestamp"), "1795287600");
  EXPECT_EQ(client.header("webhook-id"), notice().id);
  EXPECT_EQ(verdict(current, noon + 7h), WebhookVerdict::authentic);
}

TEST_F(StandardWebhooksTest, WhileASecretIsReplacedBothOfThemVerify) {
  secrets = {current, previous};
  send();
  EXPECT_EQ(verdict(current), WebhookVerdict::authentic);
  EXPECT_EQ(verdict(previous), WebhookVerdict::authentic);
}

TEST_F(StandardWebhooksTest, ASecretThatIsNoneSignsNothing) {
  secrets = {"whsec_short", current};
  send();
  EXPECT_EQ(client.header("webhook-signature").find(' '), std::string::npos);
  EXPECT_EQ(verdict(current), WebhookVerdict::authentic);
}

TEST_F(StandardWebhooksTest, WithoutASecretNothingLeaves) {
  secrets = {"whsec_short"};
  const auto outcome = send();
  EXPECT_FALSE(outcome.acknowledged);
  EXPECT_EQ(outcome.error, "the business has no valid signing secret");
  EXPECT_TRUE(client.heard.empty());
}

TEST_F(StandardWebhooksTest, TheDeadlineIsTheCallers) {
  send(noon, 700ms);
  EXPECT_EQ(client.heard[0].deadline, 700ms);
  EXPECT_EQ(client.heard[0].connect_deadline, 700ms);
  send(noon, 15s);
  EXPECT_EQ(client.heard[1].deadline, 15s);
  EXPECT_LT(client.heard[1].connect_deadline, 15s);
}

const TimePoint heard_at = *parse_rfc3339("2026-11-21T11:58:30Z");

struct Answer {
  std::string name;
  int status;
  HttpHeaders headers;
  bool acknowledged, gone;
  std::optional<Duration> retry_after;
  std::string error;
};
class NoticeAnswer : public testing::TestWithParam<Answer> {};

TEST_P(NoticeAnswer, IsJudgedByStatusAlone) {
  const auto& given = GetParam();
  const auto outcome = judge_notice_answer(
      {.transport = Transport::answered, .status = given.status, .headers = given.headers, .body = "no", .error = {}},
      heard_at);
  EXPECT_EQ(outcome.acknowledged, given.acknowledged);
  EXPECT_EQ(outcome.gone, given.gone);
  EXPECT_EQ(outcome.status, given.status);
  EXPECT_EQ(outcome.retry_after, given.retry_after);
  EXPECT_EQ(outcome.error, given.error);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, NoticeAnswer, testing::Values(
  //     name               status  headers                              ack    gone   retry after    error
  Answer{"ok",              200,    {},                                  true,  false, {},            ""},
  Answer{"accepted",        202,    {},                                  true,  false, {},            ""},
  Answer{"no_content",      204,    {{"retry-after", "9"}},              true,  false, {},            ""},
  Answer{"moved",           301,    {{"location", "https://x.example"}}, false, false, {},            "HTTP 301"},
  Answer{"not_found",       404,    {},                                  false, false, {},            "HTTP 404"},
  Answer{"gone",            410,    {},                                  false, true,  {},            "HTTP 410"},
  Answer{"slow_down",       429,    {{"retry-after", "120"}},            false, false, 120s,          "HTTP 429"},
  Answer{"maintenance",     503,    {{"retry-after", "0"}},              false, false, 0s,            "HTTP 503"},
  Answer{"for_ever",        503,    {{"retry-after", "9999999999"}},     false, false, 24h,           "HTTP 503"},
  Answer{"beyond_numbers",  503,    {{"retry-after", "99999999999999999999999"}}, false, false, 24h,  "HTTP 503"},
  Answer{"until_a_date",    503,    {{"retry-after", "Sat, 21 Nov 2026 12:00:00 GMT"}}, false, false, 90s, "HTTP 503"},
  Answer{"until_rfc850",    429,    {{"retry-after", "Saturday, 21-Nov-26 12:00:00 GMT"}}, false, false, 90s, "HTTP 429"},
  Answer{"until_asctime",   503,    {{"retry-after", "Sat Nov 21 12:00:00 2026"}}, false, false, 90s, "HTTP 503"},
  Answer{"a_date_gone_by",  503,    {{"retry-after", "Sat, 21 Nov 2026 11:58:29 GMT"}}, false, false, 0s, "HTTP 503"},
  Answer{"a_date_far_off",  503,    {{"retry-after", "Wed, 21 Nov 2096 12:00:00 GMT"}}, false, false, 24h, "HTTP 503"},
  Answer{"no_date",         503,    {{"retry-after", "Sat, 31 Nov 2026 12:00:00 GMT"}}, false, false, {}, "HTTP 503"},
  Answer{"negative",        503,    {{"retry-after", "-5"}},             false, false, {},            "HTTP 503"},
  Answer{"broken",          500,    {{"retry-after", "120"}},            false, false, {},            "HTTP 500"}),
  [](const auto& answer) { return answer.param.name; });
// clang-format on

TEST(NoticeAnswer, WhoMayNotBeCalledWasNotAndIsNotTriedAgain) {
  const auto barred = judge_notice_answer(
      {.transport = Transport::not_sent, .headers = {}, .body = {}, .error = "10.0.0.7 is not public", .barred = true},
      heard_at);
  EXPECT_TRUE(barred.barred);
  EXPECT_FALSE(barred.acknowledged);
  EXPECT_EQ(barred.error, "not sent: 10.0.0.7 is not public");
}

TEST(NoticeAnswer, OfNobodyIsAFailureWithTheClientsWords) {
  const auto refused = judge_notice_answer(
      {.transport = Transport::not_sent, .headers = {}, .body = {}, .error = "connection refused"}, heard_at);
  EXPECT_FALSE(refused.acknowledged);
  EXPECT_EQ(refused.error, "connection refused");
  const auto silent =
      judge_notice_answer({.transport = Transport::unknown, .headers = {}, .body = {}, .error = {}}, heard_at);
  EXPECT_FALSE(silent.acknowledged);
  EXPECT_EQ(silent.error, "no answer");
}

}  // namespace
}  // namespace tael
