// No text of a stranger becomes markup, wherever it is put.
#include "runtime/web/html.hpp"

#include "runtime/web/page.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

TEST(Html, EscapesTextAndAttributesAlike) {
  const std::string nasty = R"(<b a="1" b='2'>&)";
  const std::string harmless = "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;";
  Html html;
  html.open("p", {{"title", nasty}}).text(nasty).leaf("i", nasty);
  EXPECT_EQ(html.take(), "<p title=\"" + harmless + "\">" + harmless + "<i>" + harmless + "</i></p>");
}

TEST(Html, DropsControlCharacters) { EXPECT_EQ(escape_html(std::string{"a\0b\x1b[31m\tc\n", 11}), "ab[31m\tc\n"); }

TEST(Html, ClosesWhatIsOpenInOrder) {
  Html html;
  html.open("div").open("ul").open("li").text("x").close();
  EXPECT_EQ(html.take(), "<div><ul><li>x</li></ul></div>");
  EXPECT_EQ(html.take(), "");
}

TEST(Html, LeavesOutAnAttributeWithoutAName) {
  Html html;
  html.lone("input", {{"type", "text"}, {"", ""}, {"disabled", ""}});
  EXPECT_EQ(html.take(), R"(<input type="text" disabled="">)");
}

TEST(Page, IsKeptByNobodyAndLoadsFromNowhereElse) {
  const auto page = page_response(200, "x");
  const auto* policy = [&]() -> const std::string* {
    for (const auto& [name, value] : page.headers)
      if (name == "Content-Security-Policy") return &value;
    return nullptr;
  }();
  ASSERT_NE(policy, nullptr);
  EXPECT_EQ(policy->find("unsafe"), std::string::npos);
  EXPECT_EQ(policy->find("http"), std::string::npos);
  EXPECT_TRUE(policy->starts_with("default-src 'none'"));
}

TEST(Page, AFilesAddressChangesWithItsContent) {
  const Asset one[] = {{"a.css", "text/css", "x"}}, other[] = {{"a.css", "text/css", "y"}};
  EXPECT_NE(asset_url(one, "/assets/", "a.css"), asset_url(other, "/assets/", "a.css"));
  EXPECT_EQ(asset_response(one, "a.css").body, "x");
  EXPECT_EQ(asset_response(one, "b.css").status, 404);
}

}  // namespace
}  // namespace tael
