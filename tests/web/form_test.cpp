// What browsers send, read strictly.
#include "runtime/web/form.hpp"

#include "adapters/encoding/percent.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

TEST(Form, ReadsWhatBrowsersEncode) {
  const auto form = read_form("path=aurora%2Fqr%2Fcmb&why=bank+is+down%21&empty=&zh=%E6%94%AF");
  ASSERT_TRUE(form);
  EXPECT_EQ(value_of(*form, "path"), "aurora/qr/cmb");
  EXPECT_EQ(value_of(*form, "why"), "bank is down!");
  EXPECT_EQ(value_of(*form, "empty"), "");
  EXPECT_EQ(value_of(*form, "absent"), "");
  EXPECT_EQ(value_of(*form, "zh"), "支");
}

TEST(Form, RefusesBadEncodingAndFieldsTwice) {
  for (const auto* bad : {"a=%", "a=%4", "a=%zz", "%g=1", "a=1&a=2"}) EXPECT_FALSE(read_form(bad)) << bad;
  std::string many;
  for (int i = 0; i < 65; ++i) many += "f" + std::to_string(i) + "=1&";
  EXPECT_FALSE(read_form(many));
}

TEST(Form, EncodesSoThatReadingGivesItBack) {
  const std::string text = "a b/&=?%支\n";
  const auto form = read_form("x=" + percent_encoded(text));
  ASSERT_TRUE(form);
  EXPECT_EQ(value_of(*form, "x"), text);
}

TEST(Cookie, IsFoundAmongOthersByItsWholeName) {
  EXPECT_EQ(cookie_of("a=1; tael=two; b=3", "tael"), "two");
  EXPECT_EQ(cookie_of("xtael=1;tael=2", "tael"), "2");
  EXPECT_EQ(cookie_of("taelx=1", "tael"), "");
  EXPECT_EQ(cookie_of("", "tael"), "");
}

TEST(Language, IsTheBetterOfOursAsTheBrowserWeighsIt) {
  struct Row {
    const char* accepted;
    Language language;
  };
  for (const auto& [accepted, language] : {
           Row{"", Language::en},
           Row{"zh-CN,zh;q=0.9,en;q=0.8", Language::zh},
           Row{"en-GB,en;q=0.9,zh;q=0.8", Language::en},
           Row{"de,zh;q=0.5", Language::zh},
           Row{"en;q=0.3, zh-TW;q=0.4", Language::zh},
           Row{"ZH-CN", Language::zh},
           Row{"Zh_Hant;Q=0.9, EN;q=0.8", Language::zh},
           Row{"zh-Hans ; q=0.7", Language::zh},
           Row{"zha,zhx-CN", Language::en},
           Row{"zh;q=0", Language::en},
           Row{"EN-us;q=0.5,zh;q=0.4", Language::en},
           Row{"*;q=x,;;q=", Language::en},
       })
    EXPECT_EQ(language_of(accepted), language) << accepted;
}

}  // namespace
}  // namespace tael
