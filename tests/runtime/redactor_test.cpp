// What a reader of the log may see, and what nobody may.
#include "runtime/log/redactor.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

const Redactor redactor({"s3cr3t-salt-of-bakery", "s3cr3t-salt", "CANARY-0123456789abcdef", "short"});

struct Sight {
  std::string name, raw, seen;
};
class RedactedText : public testing::TestWithParam<Sight> {};

TEST_P(RedactedText, ShowsNoSecret) { EXPECT_EQ(redactor.text(GetParam().raw), GetParam().seen); }

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, RedactedText, testing::Values(
  Sight{"plain",             "order paid by wechat",                          "order paid by wechat"},
  Sight{"empty",             "",                                              ""},
  Sight{"configured",        "salt s3cr3t-salt-of-bakery!",                   "salt ***!"},
  Sight{"the_longest_wins",  "s3cr3t-salt s3cr3t-salt-of-bakery",             "*** ***"},
  Sight{"inside_a_word",     "xCANARY-0123456789abcdefx",                     "x***x"},
  Sight{"twice",             "CANARY-0123456789abcdefCANARY-0123456789abcdef","******"},
  Sight{"too_short_to_seek", "short of breath",                               "short of breath"},
  Sight{"webhook_secret",    "bad whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw.",   "bad whsec_***"},
  Sight{"word_of_a_prefix",  "write whsec_ in front",                         "write whsec_ in front"},
  Sight{"stripe_key",        "key sk_live_4eC39HqLyjWDarjtT1zdp7dc",          "key sk_live_***"},
  Sight{"authorization",     "Authorization: Basic YWxpY2U6cGFzcw== x\r\nHost: a", "Authorization: ***\r\nHost: a"},
  Sight{"bearer",            "sent Bearer eyJhbGciOi.JIUzI1NiJ9 on",          "sent Bearer *** on"},
  Sight{"own_header",        "Tael-Token: abc, Tael-Nonce: 1",                "Tael-Token: ***, Tael-Nonce: 1"},
  Sight{"option",            "--password=hunter2 --port=1",                   "--password=*** --port=1"},
  Sight{"conninfo",          "host=db password='a b\\'c' user=tael",          "host=db password='***' user=tael"},
  Sight{"query",             "GET /a?token=abc&b=1",                          "GET /a?token=***&b=1"},
  Sight{"json",              R"({"salt" : "a\"b", "n":1})",                   R"({"salt" : "***", "n":1})"},
  Sight{"json_number",       R"({"cvv":123,"n":1})",                          R"({"cvv":***,"n":1})"},
  Sight{"json_in_json",      R"({\"token\":\"a b\",\"n\":1})",                R"({\"token\":\"***\",\"n\":1})"},
  Sight{"bar_code",          R"(auth_code=28006 {"auth_code":"28006"})",      R"(auth_code=*** {"auth_code":"***"})"},
  Sight{"cut_json",          R"({"token":"abc)",                              R"({"token":"***)"},
  Sight{"url",               "postgresql://tael:pw:x@db/tael",                "postgresql://tael:***@db/tael"},
  Sight{"url_without",       "https://bakery.example:8443/a@b",               "https://bakery.example:8443/a@b"},
  Sight{"private_key",       "k -----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n.", "k ***\n."},
  Sight{"private_key_cut",   "-----BEGIN EC PRIVATE KEY-----\nMII",           "***"},
  Sight{"certificate",       "-----BEGIN CERTIFICATE-----",                   "-----BEGIN CERTIFICATE-----"},
  Sight{"only_talk",         "password authentication failed, no token",      "password authentication failed, no token"},
  Sight{"other_names",       "tokenizer=on spin=2 key=idem-1",                "tokenizer=on spin=2 key=idem-1"},
  Sight{"card",              "paid by 4111111111111111.",                     "paid by 411111******1111."},
  Sight{"card_in_groups",    "4111 1111 1111 1111",                           "411111******1111"},
  Sight{"no_card",           "order_no 4111111111111112",                     "order_no 4111111111111112"}),
  [](const auto& sight) { return sight.param.name; });
// clang-format on

TEST(Redactor, HidesTheWholeValueOfASecretName) {
  for (const auto* name :
       {"token", "Tael-Token", "api_key", "X-Api-Key", "webhook_secret", "Authorization", "cvv", "auth_code"})
    EXPECT_EQ(redactor.value(name, "a b c"), "***") << name;
  for (const auto* name : {"order", "pinned", "key", "cause", "tokens_left"})
    EXPECT_EQ(redactor.value(name, "a b c"), "a b c") << name;
}

TEST(Redactor, AHiddenNameWithoutAValueShowsThatThereIsNone) { EXPECT_EQ(redactor.value("token", ""), ""); }

// Goal: whatever surrounds a secret, it does not come through.
// Method: every pair of neighbours out of characters that mean something to the redactor.
TEST(Redactor, HidesASecretBetweenAnyNeighbours) {
  constexpr std::string_view neighbours = "\"'\\:= -_@/?&aZ9\r\n{},";
  const std::string secret = "CANARY-0123456789abcdef";
  for (const char left : neighbours)
    for (const char right : neighbours)
      for (const auto* before : {"", "token", "x", "://u"}) {
        const auto seen = redactor.text(before + std::string{left} + secret + right + secret);
        EXPECT_EQ(seen.find("CANARY"), std::string::npos) << before << left << right << ": " << seen;
      }
}

}  // namespace
}  // namespace tael
