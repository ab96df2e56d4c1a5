// The page's weak dependencies over real sockets: who is asked when, and what a slow or broken one costs.
#include "runtime/cashier/lookups.hpp"

#include "adapters/http/client.hpp"
#include "adapters/http/server.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

namespace tael {
namespace {

using namespace std::chrono_literals;

class CountingMeter final : public Meter {
 public:
  void count(std::string_view name, std::initializer_list<Label> labels, double) override {
    const std::lock_guard lock{mutex_};
    std::string key{name};
    for (const auto& [label, value] : labels) key.append(" ").append(value);
    ++counted_[key];
  }
  void observe(std::string_view, std::initializer_list<Label>, double) override {}
  void set(std::string_view, std::initializer_list<Label>, double) override {}
  int counted(const std::string& key) {
    const std::lock_guard lock{mutex_};
    return counted_[key];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int> counted_;
};

/// One server for all four; keeps who asked until the test answers.
class Asked {
 public:
  Asked()
      : server_({}, [this](ServerRequest request, Respond respond) {
          {
            const std::lock_guard lock{mutex_};
            const auto target = request.target;
            heard_[target] = {std::move(request), std::move(respond)};
          }
          heard_one_.notify_all();
        }) {
    server_.start();
  }
  std::string url(const std::string& name) const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + "/" + name;
  }
  /// Waits until it was asked; the question's body.
  std::string wait_for(const std::string& name) {
    std::unique_lock lock{mutex_};
    if (!heard_one_.wait_for(lock, 60s, [&] { return heard_.contains("/" + name); })) return "never asked";
    return heard_["/" + name].first.body;
  }
  bool was_asked(const std::string& name) {
    const std::lock_guard lock{mutex_};
    return heard_.contains("/" + name);
  }
  void answer(const std::string& name, const std::string& body, int status = 200) {
    wait_for(name);
    const std::lock_guard lock{mutex_};
    heard_["/" + name].second({status, "application/json", body});
  }

 private:
  std::mutex mutex_;
  std::condition_variable heard_one_;
  std::map<std::string, std::pair<ServerRequest, Respond>> heard_;
  Server server_;
};

struct LookupsOfAPage : ::testing::Test {
  Asked asked;
  CountingMeter meter;
  CurlClient client;
  Lookups lookups{client, meter};
  CashierBusiness business;
  std::string payer = R"({"id":"p"})";

  LookupsOfAPage() {
    business.code = "bakery";
    for (const auto lookup : all_lookups)
      of(lookup) = {asked.url(std::string{name_of(lookup)}), Duration{60'000}, 64, true};
  }
  LookupSettings& of(Lookup lookup) { return business.lookups.at(static_cast<std::size_t>(lookup)); }
  std::future<LookedUp> ask() {
    auto promise = std::make_shared<std::promise<LookedUp>>();
    auto future = promise->get_future();
    lookups.ask(std::make_shared<CashierBusiness>(business), {"id", "o-1", 2'500, cny, payer, {"a/qr/x"}},
                [promise](LookedUp all) { promise->set_value(std::move(all)); });
    return future;
  }
};

TEST_F(LookupsOfAPage, TellOfThePayerWithoutRoundingItsNumbers) {
  payer = R"({"id": 12345678901234567890123, "score": 19.990})";
  auto page = ask();
  const auto body = asked.wait_for("user");
  EXPECT_NE(body.find("\"payer\":" + payer), std::string::npos) << body;
  asked.answer("user", R"({"name": "Ada"})");
  asked.answer("quota", R"({"paths": {"a/qr/x": 100.0, "b/qr/x": 900719925474099.3, "c/qr/x": 900719925474993}})");
  asked.answer("promotion", "{}");
  asked.answer("options", "{}");
  // A whole number however it is written; what is none says nothing.
  EXPECT_EQ(page.get().quota, (std::map<std::string, std::int64_t>{{"a/qr/x", 100}, {"c/qr/x", 900'719'925'474'993}}));
}

TEST_F(LookupsOfAPage, AskThreeAtOnceAndTheOptionsWhenAllHaveAnswered) {
  auto page = ask();
  const auto body = asked.wait_for("user");
  EXPECT_NE(body.find(R"("payer":{"id":"p"})"), std::string::npos) << body;
  EXPECT_NE(body.find(R"("paths":["a/qr/x"])"), std::string::npos) << body;
  asked.wait_for("quota");
  asked.wait_for("promotion");  // None has answered yet: they were asked at once.
  asked.answer("user", R"({"name": "Ada"})");
  asked.answer("quota", R"({"paths": {"a/qr/x": 100}})");
  EXPECT_FALSE(asked.was_asked("options"));
  asked.answer("promotion", R"({"text": "10 off", "paths": {"a/qr/x": "today"}})");
  asked.answer("options", R"({"paths": ["a/qr/x", 7]})");
  const auto all = page.get();
  EXPECT_EQ(all.user, "Ada");
  EXPECT_EQ(all.quota, (std::map<std::string, std::int64_t>{{"a/qr/x", 100}}));
  EXPECT_EQ(all.promotion, "10 off");
  EXPECT_EQ(all.promotions.at("a/qr/x"), "today");
  EXPECT_EQ(all.paths_shown, (std::vector<std::string>{"a/qr/x"}));
}

TEST_F(LookupsOfAPage, DoWithoutOneThatNeverAnswers) {
  of(Lookup::quota).deadline = Duration{30};
  auto page = ask();
  asked.answer("user", R"({"name": "Ada"})");
  asked.answer("promotion", "{}");
  asked.answer("options", "{}");  // Asked although the quota still hangs.
  const auto all = page.get();
  EXPECT_EQ(all.user, "Ada");
  EXPECT_TRUE(all.quota.empty());
  EXPECT_EQ(meter.counted("cashier_lookups_total quota failed"), 1);
}

TEST_F(LookupsOfAPage, DoWithoutWhatIsDownBrokenOrSaysNonsense) {
  of(Lookup::user).url = "http://127.0.0.1:1/user";
  auto page = ask();
  asked.answer("quota", R"({"paths": {"a/qr/x": "much"}})");
  asked.answer("promotion", "<html>", 200);
  asked.answer("options", R"({"paths": []})", 500);
  const auto all = page.get();
  EXPECT_TRUE(all.user.empty());
  EXPECT_TRUE(all.quota.empty());
  EXPECT_TRUE(all.promotion.empty());
  EXPECT_FALSE(all.paths_shown);
}

TEST_F(LookupsOfAPage, AskNobodyWhoIsSwitchedOffOrNotConfigured) {
  for (const auto lookup : all_lookups) of(lookup).switched_on = false;
  of(Lookup::options).url = "";
  of(Lookup::options).switched_on = true;
  EXPECT_TRUE(ask().get().user.empty());
  for (const auto lookup : all_lookups) EXPECT_FALSE(asked.was_asked(std::string{name_of(lookup)}));
}

TEST_F(LookupsOfAPage, AskNoMoreThanItsShareOfPagesAtATime) {
  for (const auto lookup : all_lookups) of(lookup).url = "";
  of(Lookup::user) = {asked.url("user"), Duration{60'000}, 1, true};
  auto first = ask();
  asked.wait_for("user");
  EXPECT_TRUE(ask().get().user.empty());  // Goes on at once.
  EXPECT_EQ(meter.counted("cashier_lookups_total user skipped"), 1);
  asked.answer("user", R"({"name": "Ada"})");
  EXPECT_EQ(first.get().user, "Ada");
}

}  // namespace
}  // namespace tael
