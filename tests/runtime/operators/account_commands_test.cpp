#include "tests/runtime/operators/command_line.hpp"
#include "tests/runtime/operators/story.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace tael::testing {
namespace {

namespace json = boost::json;

json::value asked(const TestDatabase& database, std::vector<std::string> words) {
  words.insert(words.begin(), "account");
  words.insert(words.end(), {"--store", database.url(), "--json"});
  const auto printed = run_command(std::move(words));
  EXPECT_EQ(printed.code, 0) << printed.errors;
  return json::parse(printed.out);
}

TEST(AccountCommand, BalanceAndPostingsOnTheirWayAreTheSumOfEntries) {
  TestDatabase database;
  Story story{database.url()};
  story.paid("o-1");
  story.apply_postings();
  auto order = story.create("o-2");
  story.pay(order);
  story.hear(order, ChannelOp::inquire, attempt_number(order.id, 1), Ending::approved, 2500);
  std::int64_t on_their_way = 0, total = 0;
  const auto listed = asked(database, {"list"});
  for (const auto& account : listed.at("accounts").as_array()) {
    const auto number = [&](const char* name) { return account.at(name).to_number<std::int64_t>(); };
    EXPECT_EQ(number("balance") + number("on_their_way"), number("entries")) << account;
    on_their_way += std::abs(number("on_their_way"));
    total += number("entries");
  }
  EXPECT_GT(on_their_way, 0) << "the second payment has not been applied";
  EXPECT_EQ(total, 0);
}

TEST(AccountCommand, AStatementEndsWithWhatTheAccountHolds) {
  TestDatabase database;
  Story story{database.url()};
  story.play_everything();
  story.apply_postings();
  const auto listed = asked(database, {"list"});
  for (const auto& account : listed.at("accounts").as_array()) {
    const std::string id{account.at("id").as_string()};
    const auto statement = asked(database, {"statement", id});
    EXPECT_EQ(statement.at("opening").to_number<std::int64_t>(), 0) << id;
    EXPECT_EQ(statement.at("closing"), account.at("entries")) << id;
    EXPECT_EQ(static_cast<std::int64_t>(statement.at("lines").as_array().size()),
              account.at("postings").to_number<std::int64_t>());
    const auto last = asked(database, {"statement", id, "--most", "1"});
    EXPECT_EQ(last.at("lines").as_array().size(), 1u);
    EXPECT_EQ(last.at("closing"), statement.at("closing")) << id;
  }
}

TEST(AccountCommand, AStatementOfASpanWithoutEntriesHasNoLinesAndStillABalance) {
  TestDatabase database;
  Story story{database.url()};
  story.paid("o-1");
  const auto listed = asked(database, {"list"});
  const std::string id{listed.at("accounts").at(0).at("id").as_string()};
  EXPECT_TRUE(asked(database, {"statement", id, "--to", "2000-01-01T00:00:00.000Z"}).at("lines").as_array().empty());
  const auto after = asked(database, {"statement", id, "--from", "9000-01-01T00:00:00.000Z"});
  EXPECT_TRUE(after.at("lines").as_array().empty());
  EXPECT_EQ(after.at("opening"), listed.at("accounts").at(0).at("entries"));
}

TEST(AccountCommand, SaysNoForAnAccountThatIsNotThereAndTwoForATimeThatIsNone) {
  TestDatabase database;
  const auto nobody = run_command({"account", "show", "no:such:account", "--store", database.url()});
  EXPECT_EQ(nobody.code, 1);
  EXPECT_NE(nobody.errors.find("no:such:account"), std::string::npos) << nobody.errors;
  const auto no_time =
      run_command({"account", "statement", "a:b:CNY", "--from", "yesterday", "--store", database.url()});
  EXPECT_EQ(no_time.code, 2);
  EXPECT_NE(no_time.errors.find("--from"), std::string::npos) << no_time.errors;
}

// "no account has a posting yet", it said of a kind that nobody has, with sixteen accounts posted.
TEST(AccountCommand, NamesAKindThatThereIsNone) {
  TestDatabase database;
  Story story{database.url()};
  story.paid("o-1");
  story.apply_postings();
  const auto list = [&](const std::string& kind) {
    return run_command({"account", "list", "--kind", kind, "--store", database.url()});
  };
  EXPECT_EQ(list("business_payable").code, 0);
  const auto none = list("business_payabel");
  EXPECT_EQ(none.code, 2);
  EXPECT_EQ(none.errors, "tael: there is no kind of account 'business_payabel', did you mean 'business_payable'?\n");
}

TEST(AccountCommand, TakesNoSpanThatEndsBeforeItBegins) {
  TestDatabase database;
  const auto backwards = run_command({"account", "statement", "a:b:CNY", "--from", "2027-01-01T00:00:00Z", "--to",
                                      "2026-01-01T00:00:00Z", "--store", database.url()});
  EXPECT_EQ(backwards.code, 2);
  EXPECT_NE(backwards.errors.find("--from must be before --to"), std::string::npos) << backwards.errors;
}

}  // namespace
}  // namespace tael::testing
