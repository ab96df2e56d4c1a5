#include "adapters/channels/access/masking.hpp"

#include "adapters/channels/access/hidden_names.hpp"
#include "adapters/encoding/card_numbers.hpp"
#include "adapters/encoding/text.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

struct CardCase {
  const char* name;
  const char* raw;
  const char* masked;
};

class CardNumbers : public ::testing::TestWithParam<CardCase> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Masking, CardNumbers, ::testing::Values(
    CardCase{"plain",            "4111111111111111",                       "411111******1111"},
    CardCase{"in_text",          "pan=4111111111111111;",                  "pan=411111******1111;"},
    CardCase{"in_groups",        "4111 1111 1111 1111",                    "411111******1111"},
    CardCase{"with_hyphens",     "4111-1111-1111-1111",                    "411111******1111"},
    CardCase{"fifteen_digits",   "378282246310005",                        "378282*****0005"},
    CardCase{"nineteen_digits",  "6304000000000000000",                    "630400*********0000"},
    CardCase{"two_in_a_row",     "4111111111111111 5555555555554444",      "411111******1111 555555******4444"},
    CardCase{"then_an_expiry",   "4111 1111 1111 1111 12/28",              "411111******1111 12/28"},
    CardCase{"track_2",          "4111111111111111=2812",                  "411111******1111=2812"},
    CardCase{"beside_letters",   "x4111111111111111y",                     "x411111******1111y"},
    CardCase{"fails_luhn",       "4111111111111112",                       "4111111111111112"},
    CardCase{"too_short",        "411111111111",                           "411111111111"},
    CardCase{"a_long_number",    "41111111111111110000000",                "41111111111111110000000"},
    CardCase{"an_amount",        R"({"amount":250000})",                   R"({"amount":250000})"},
    CardCase{"nothing",          "",                                       ""}),
    [](const auto& card) { return card.param.name; });
// clang-format on

TEST_P(CardNumbers, AreMasked) { EXPECT_EQ(mask_card_numbers(GetParam().raw), GetParam().masked); }

TEST(Masking, HidesSecretsAndNamedHeadersAndMembers) {
  const Masking masking{{"top-secret-key"}, {"house-signature"}};
  const auto text =
      masking.message("POST /x?k=top-secret-key", {{"House-Signature", "abc"}, {"Authorization", "Bearer t"}},
                      R"({"a":"top-secret-key","password":"p\"q","cvv" : 123,"b":1})");
  EXPECT_EQ(text,
            "POST /x?k=***\nHouse-Signature: ***\nAuthorization: ***\n\n"
            R"({"a":"***","password":"***","cvv":"***","b":1})");
}

TEST(Masking, LeavesNoSignatureAndNoBarCodeInXmlFormsAndQueries) {
  const Masking masking{{}, {}};
  EXPECT_EQ(
      masking.message("POST /gateway.do?app_id=1&sign=a%2Fb%3D&sign_type=RSA2", {{"Wechatpay-Signature", "x"}}, ""),
      "POST /gateway.do?app_id=1&sign=***&sign_type=RSA2\nWechatpay-Signature: ***\n\n");
  EXPECT_EQ(masking.message("", {}, "<xml><auth_code><![CDATA[12<0]]></auth_code><sign>40AE</sign><a>1</a></xml>"),
            "\n\n<xml><auth_code>***</auth_code><sign>***</sign><a>1</a></xml>");
  EXPECT_EQ(
      masking.message("", {}, "sign=abc=&biz_content=%7B%22auth_code%22%3A%2228006%22%2C%22scene%22%3A%22bar%22%7D"),
      "\n\nsign=***&biz_content=%7B%22auth_code%22%3A%22***%22%2C%22scene%22%3A%22bar%22%7D");
  EXPECT_EQ(masking.message("", {}, R"({"biz":"{\"auth_code\":\"28006\",\"n\":1}","url":"https://x?sign=1&b=2"})"),
            "\n\n"
            R"({"biz":"{\"auth_code\":\"***\",\"n\":1}","url":"https://x?sign=***&b=2"})");
}

// Goal: what the log hides, an exchange does not show, and the other way round.
TEST(HiddenNames, AreNotTwoListsThatDisagree) {
  const Masking masking{{}, {}};
  for (const std::string name :
       {"auth_code", "key_secret", "client_secret", "api_key", "X-Api-Key", "apiKey", "private_key", "passwd",
        "passphrase", "Set-Cookie", "house-signature", "app_auth_token"}) {
    EXPECT_TRUE(is_hidden_name(name)) << name;
    EXPECT_EQ(masking.message("", {{name, "seen"}}, "{\"" + name + "\":\"seen\"}").find("seen"), std::string::npos)
        << name;
  }
  for (const std::string name : {"sign_type", "key", "pinned", "code", "tokens_left", "idempotency-key", "design"}) {
    EXPECT_FALSE(is_hidden_name(name)) << name;
    EXPECT_NE(masking.message("", {{name, "seen"}}, "").find("seen"), std::string::npos) << name;
  }
}

TEST(Masking, HidesAPairWhoseValueIsCutShort) {
  const Masking masking{{}, {}};
  for (const auto* cut : {"<sign>40AE", "a=1&sign=40AE", "%22sign%22%3A%2240AE", R"({\"sign\":\"40AE)"})
    EXPECT_EQ(masking.message("", {}, cut).find("40AE"), std::string::npos) << cut;
}

TEST(Masking, HidesAMemberWhoseTextIsCutShort) {
  const Masking masking{{}, {}};
  EXPECT_EQ(masking.message("", {}, R"({"password":"half a passw)"), "\n\n{\"password\":\"***\"");
}

TEST(Masking, EscapesWhatWouldForgeALineOrBreakTheStore) {
  EXPECT_EQ(escape_controls("a\nb\r\tc"), "a\\nb\\r\\tc");
  EXPECT_EQ(escape_controls(std::string_view{"\0\x1b\x7f", 3}), "\\x00\\x1b\\x7f");
  EXPECT_EQ(escape_controls("付款"), "付款");
  EXPECT_EQ(escape_controls("\xff\xc0\xaf\xed\xa0\x80"), "\\xff\\xc0\\xaf\\xed\\xa0\\x80");
}

TEST(Masking, EndsAtEightKiBWithoutCuttingACharacter) {
  const Masking masking{{}, {}};
  std::string body;
  while (body.size() < 20'000) body += "付";
  const auto text = masking.message("", {}, body);
  EXPECT_LE(text.size(), exchange_bytes_max);
  EXPECT_EQ(escape_controls(text.substr(2)), text.substr(2));
}

TEST(Masking, MasksACardNumberAcrossTheEnd) {
  const Masking masking{{}, {}};
  for (std::size_t lead = exchange_bytes_max - 30; lead < exchange_bytes_max; ++lead) {
    const auto text = masking.message("", {}, std::string(lead, 'x') + "4111111111111111");
    EXPECT_EQ(text.find("41111111"), std::string::npos) << lead;
  }
}

TEST(Masking, FindsCardNumbersInForms) {
  EXPECT_EQ(mask_card_numbers("a=%224111111111111111%22&b=4111+1111+1111+1111&c=x%205555%205555%205555%204444"),
            "a=%22411111******1111%22&b=411111******1111&c=x%20555555******4444");
}

}  // namespace
}  // namespace tael
