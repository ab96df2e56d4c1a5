#include "adapters/channels/http_json/http_json_signature.hpp"
#include "adapters/simulated/institution_signature.hpp"
#include "tests/adapters/channels/channel_contract.hpp"
#include "tests/adapters/channels/http_json_twin.hpp"
#include "tests/adapters/channels/says_anything.hpp"

namespace tael::testing {

INSTANTIATE_TEST_SUITE_P(HttpJson, ChannelContract, ::testing::Values(&make_http_json_twin));

namespace {

// Golden values: `printf '...' | openssl dgst -sha256 -hmac merchant-secret-0001`.
constexpr std::string_view body = R"({"number":"A01","amount":2500})";
constexpr auto pending_news =
    R"({"type":"payment","merchant":"m-1","number":"01JD0000000000000000000000A01","status":"pending"})";

TEST(HttpJsonSignature, OfARequestIsTheGoldenValue) {
  EXPECT_EQ(
      sign_http_json_request({"ours-1", "merchant-secret-0001"}, {"POST", "/v1/payments"}, "1795000000", "abc", body),
      "773ff7dca95c1024191fe79b976a14aeafc71a06c860e40d38a7b71247dbdb5f");
}

TEST(HttpJsonSignature, OfAnAnswerIsTheGoldenValueOnBothSides) {
  const auto at = from_unix_ms(1'795'000'000'999);
  constexpr std::string_view golden = "c697601c8501b5baac94b3e85b413af912aef3f1318450931ca35978b8c07b0f";
  EXPECT_EQ(sign_http_json_message({"theirs-1", "channel-secret-0001"}, "1795000000", "abc", body), golden);
  EXPECT_EQ(institution_headers({"theirs-1", "channel-secret-0001"}, at, "abc", body).back().second, golden);
}

TEST(HttpJsonSignature, TwoKeysAreValidDuringARotation) {
  HttpJsonTwin twin;
  const auto request = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  RawCallback callback{"/c", {}, pending_news, twin.now()};
  for (const auto* id : {"1", "2"}) {
    callback.headers = institution_headers({"theirs-" + std::string{id}, "channel-secret-000" + std::string{id}},
                                           twin.now(), "n", callback.body);
    EXPECT_EQ(twin.channel().hear(callback).refusal, "") << id;
  }
}

TEST(HttpJsonSignature, TwiceInTheHeadersIsNoSignature) {
  HttpJsonTwin twin;
  RawCallback callback{"/c", {}, pending_news, twin.now()};
  callback.headers = institution_headers({"theirs-1", "channel-secret-0001"}, twin.now(), "n", callback.body);
  callback.headers.push_back(callback.headers.back());
  EXPECT_EQ(twin.channel().hear(callback).refusal, "bad_signature");
}

/// Says it correctly signed.
std::function<HttpAnswer(const HttpCall&)> saying(const Clock& clock, std::string words, int status = 200) {
  return [&clock, words = std::move(words), status](const HttpCall&) {
    auto headers = institution_headers({"theirs-1", "channel-secret-0001"}, clock.now(), "n", words);
    return HttpAnswer{Transport::answered, status, std::move(headers), words, "", 5ms};
  };
}

struct Saying {
  const char* name;
  int status;
  const char* body;
  Ending ending;
};

class HttpJsonSaying : public ::testing::TestWithParam<Saying> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(ToAnInquiry, HttpJsonSaying, ::testing::Values(
    Saying{"paid",                 200, R"({"number":"A1","status":"paid","amount":2500,"currency":"CNY"})",    Ending::approved},
    Saying{"paid_in_decimals",     200, R"({"number":"A1","status":"paid","amount":25.00,"currency":"CNY"})",   Ending::silent},
    Saying{"paid_as_text",         200, R"({"number":"A1","status":"paid","amount":"2500","currency":"CNY"})",  Ending::silent},
    Saying{"paid_nothing",         200, R"({"number":"A1","status":"paid","amount":0,"currency":"CNY"})",       Ending::silent},
    Saying{"paid_less_than_0",     200, R"({"number":"A1","status":"paid","amount":-1,"currency":"CNY"})",      Ending::silent},
    Saying{"paid_beyond_int64",    200, R"({"number":"A1","status":"paid","amount":92233720368547758080,"currency":"CNY"})", Ending::silent},
    Saying{"paid_in_no_currency",  200, R"({"number":"A1","status":"paid","amount":2500,"currency":"ZZZ"})",    Ending::silent},
    Saying{"paid_currency_absent", 200, R"({"number":"A1","status":"paid","amount":2500})",                     Ending::silent},
    Saying{"paid_then_garbage",    200, R"({"number":"A1","status":"paid","amount":2500,"currency":"CNY"} x)",  Ending::silent},
    Saying{"paid_for_another",     200, R"({"number":"A2","status":"paid","amount":2500,"currency":"CNY"})",    Ending::silent},
    Saying{"paid_for_nobody",      200, R"({"status":"paid","amount":2500,"currency":"CNY"})",                  Ending::silent},
    Saying{"paid_but_502",         502, R"({"number":"A1","status":"paid","amount":2500,"currency":"CNY"})",    Ending::silent},
    Saying{"paid_and_202",         202, R"({"number":"A1","status":"paid","amount":2500,"currency":"CNY"})",    Ending::pending},
    Saying{"a_word_we_never_heard",200, R"({"number":"A1","status":"PAID"})",                                   Ending::pending},
    Saying{"nul_in_a_word",        200, R"({"number":"A1","status":"closed","transaction":"a\u0000b"})",        Ending::silent},
    Saying{"paid_by_an_exponent",  200, R"({"number":"A1","status":"paid","amount":25e2,"currency":"CNY"})",    Ending::silent},
    Saying{"paid_twice_told",      200, R"({"number":"A1","status":"paid","amount":1,"amount":2500,"currency":"CNY"})", Ending::silent},
    Saying{"an_array",             200, R"(["paid"])",                                                          Ending::silent},
    Saying{"nothing",              200, "",                                                                     Ending::silent},
    Saying{"not_permitted",        403, R"({"code":"method_not_offered","message":"no"})",                      Ending::silent},
    Saying{"not_found",            404, R"({"code":"not_found","message":"no","number":"A1"})",                 Ending::silent},
    Saying{"closed",               200, R"({"number":"A1","status":"closed"})",                                 Ending::declined}),
    [](const auto& saying) { return saying.param.name; });
// clang-format on

TEST_P(HttpJsonSaying, EndsAsTheTableSays) {
  HandClock clock;
  EvenDice dice;
  SaysAnything client{saying(clock, GetParam().body, GetParam().status)};
  const auto channel = make_http_json_channel(aurora_channel_options(), client, clock, dice);
  ChannelRequest request;
  request.op = ChannelOp::inquire;
  request.number = "A1";
  Ending ending = Ending::pending;
  channel->call(request, 8s, [&](const ChannelAnswer& answer) { ending = answer.ending; });
  EXPECT_EQ(ending, GetParam().ending) << GetParam().body;
}

TEST(HttpJsonChannel, NeverSendsThePayerToAScript) {
  HandClock clock;
  EvenDice dice;
  SaysAnything client{saying(
      clock, R"x({"number":"A1","status":"pending","voucher":{"kind":"redirect","value":"javascript:alert(1)"}})x")};
  const auto channel = make_http_json_channel(aurora_channel_options(), client, clock, dice);
  ChannelRequest request;
  request.number = "A1";
  channel->call(request, 8s, [&](const ChannelAnswer& answer) {
    EXPECT_EQ(answer.ending, Ending::silent);
    EXPECT_FALSE(answer.voucher.has_value());
  });
}

TEST(HttpJsonChannel, HandsAVouchersNumbersOnAsTheyCame) {
  HandClock clock;
  EvenDice dice;
  SaysAnything client{saying(clock, R"({"number":"A1","status":"pending","voucher":{"kind":"params",)"
                                    R"("value":{"prepay": 12345678901234567890123,"fee":19.990}}})")};
  const auto channel = make_http_json_channel(aurora_channel_options(), client, clock, dice);
  ChannelRequest request;
  request.number = "A1";
  channel->call(request, 8s, [&](const ChannelAnswer& answer) {
    ASSERT_TRUE(answer.voucher.has_value());
    EXPECT_EQ(answer.voucher->value, R"({"prepay": 12345678901234567890123,"fee":19.990})");
  });
}

TEST(HttpJsonChannel, SignsThePathOfItsBaseUrlAndKeepsTheDeadline) {
  HandClock clock;
  EvenDice dice;
  SaysAnything client{saying(clock, "")};
  auto options = aurora_channel_options();
  options.base_url = "https://pay.test/gateway";
  const auto channel = make_http_json_channel(options, client, clock, dice);
  ChannelRequest request;
  request.op = ChannelOp::inquire;
  request.number = "A1";
  channel->call(request, 1s, [](const ChannelAnswer&) {});
  EXPECT_EQ(client.sent.url, "https://pay.test/gateway/v1/payments/A1");
  EXPECT_EQ(client.sent.deadline, 1s);
  EXPECT_EQ(client.sent.connect_deadline, 1s);
  HttpHeaders headers = client.sent.headers;
  for (auto& [name, value] : headers)
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  EXPECT_TRUE(is_signed_by_merchant(aurora_options(), "GET", "/gateway/v1/payments/A1", headers, "", clock.now()));
}

TEST(HttpJsonChannel, MayBeThrownAwayWhileACallIsUnderWay) {
  HttpJsonTwin twin;
  std::vector<std::function<void()>> waiting;
  InstitutionHttpClient slow{twin.institution, twin.clock,
                             [&](Duration, std::function<void()> then) { waiting.push_back(std::move(then)); }};
  auto channel = make_http_json_channel(aurora_channel_options(), slow, twin.clock, twin.dice);
  int times = 0;
  channel->call(twin.payment("01JD0000000000000000000000A01", Fate::paid), 8s, [&](const ChannelAnswer& answer) {
    EXPECT_EQ(answer.ending, Ending::pending);
    ++times;
  });
  channel.reset();
  ASSERT_EQ(waiting.size(), 1u);
  waiting[0]();
  EXPECT_EQ(times, 1);
}

}  // namespace
}  // namespace tael::testing
