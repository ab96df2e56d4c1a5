// What a receiving business believes, keeps and answers, on a clock turned by hand.
#include "runtime/receiver/notice_book.hpp"

#include "adapters/notices/webhook_signature.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace tael {
namespace {

constexpr TimePoint noon{std::chrono::seconds{1'795'262'400}};

class NoticeBookTest : public testing::Test {
 protected:
  ReceiverAnswer deliver(const std::string& id, const std::string& body, TimePoint now = noon) {
    const auto time = webhook_timestamp(noon);
    return book.hear(
        "POST", "/notices?x=1",
        {{"webhook-id", id}, {"webhook-timestamp", time}, {"webhook-signature", sign_webhook({key}, id, time, body)}},
        body, now);
  }
  ReceiverAnswer deliver(const std::string& id = "msg_1") { return deliver(id, paid); }
  ReceiverAnswer control(const std::string& body) { return book.hear("POST", "/control", {}, body, noon); }
  boost::json::value received() { return boost::json::parse(book.hear("GET", "/received", {}, "", noon).body); }

  const std::string key = std::string(32, 'k');
  const std::string paid = R"({"type":"order.paid","timestamp":"2026-11-21T11:59:59.000Z","data":{"id":"01J"}})";
  NoticeBook book{{key}, 3};
};

TEST_F(NoticeBookTest, KeepsWhatVerifies) {
  EXPECT_EQ(deliver().status, 200);
  const auto all = received();
  EXPECT_EQ(all.at("total"), 1);
  const auto& notice = all.at("notices").at(0);
  EXPECT_EQ(notice.at("id"), "msg_1");
  EXPECT_EQ(notice.at("type"), "order.paid");
  EXPECT_EQ(notice.at("order"), "01J");
  EXPECT_EQ(notice.at("received_at"), "2026-11-21T12:00:00.000Z");
  EXPECT_EQ(notice.at("body"), boost::json::parse(paid));
}

TEST_F(NoticeBookTest, KeepsANoticeOnceHoweverOftenItComes) {
  deliver();
  EXPECT_EQ(deliver().status, 200);
  EXPECT_EQ(received().at("total"), 1);
  EXPECT_EQ(received().at("duplicates"), 1);
  EXPECT_EQ(received().at("notices").at(0).at("deliveries"), 2);
}

TEST_F(NoticeBookTest, KeepsNothingThatDoesNotVerify) {
  EXPECT_EQ(book.hear("POST", "/", {}, paid, noon).status, 400);
  EXPECT_EQ(deliver("msg_1", paid, noon + 6min).status, 400);
  EXPECT_EQ(deliver("msg_1", "no json").status, 400);
  EXPECT_EQ(book.hear("POST", "/",
                      {{"webhook-id", "msg_1"}, {"webhook-timestamp", "1795262400"}, {"webhook-signature", "v1,AAAA"}},
                      paid, noon)
                .status,
            401);
  EXPECT_EQ(received().at("unverified"), 4);
  EXPECT_EQ(received().at("total"), 0);
}

TEST_F(NoticeBookTest, RefusesAsOftenAsItIsTold) {
  EXPECT_EQ(control(R"({"refuse":2,"status":503,"retry_after":7})").status, 200);
  const auto refusal = deliver();
  EXPECT_EQ(refusal.status, 503);
  EXPECT_EQ(refusal.headers, (HttpHeaders{{"Retry-After", "7"}}));
  EXPECT_EQ(deliver().status, 503);
  EXPECT_EQ(deliver().status, 200);
  EXPECT_EQ(received().at("refused"), 2);
  EXPECT_EQ(received().at("notices").at(0).at("deliveries"), 1);
}

TEST_F(NoticeBookTest, IsSlowUntilToldOtherwise) {
  control(R"({"slow_ms":1500})");
  EXPECT_EQ(deliver().after, 1500ms);
  EXPECT_EQ(book.hear("GET", "/received", {}, "", noon).after, 0ms);
  control(R"({"slow_ms":0})");
  EXPECT_EQ(deliver().after, 0ms);
}

TEST_F(NoticeBookTest, AControlItDoesNotUnderstandChangesNothing) {
  for (const auto* body : {"", "[]", R"({"refuse":-1})", R"({"refuse":1,"stauts":500})", R"({"status":200})",
                           R"({"refuse":"1"})", R"({"refuse":1.5})"})
    EXPECT_EQ(control(body).status, 400) << body;
  EXPECT_EQ(deliver().status, 200);
}

TEST_F(NoticeBookTest, SaysALineForEveryNotice) {
  const auto line = boost::json::parse(deliver().line);
  EXPECT_EQ(line.at("verdict"), "authentic");
  EXPECT_EQ(line.at("order"), "01J");
  EXPECT_EQ(line.at("status"), 200);
  EXPECT_EQ(boost::json::parse(deliver("msg_2", "no json").line).at("verdict"), "malformed");
  EXPECT_TRUE(control("{}").line.empty());
}

TEST_F(NoticeBookTest, ForgetsTheOldestFirst) {
  for (const auto* id : {"msg_1", "msg_2", "msg_3", "msg_4"}) deliver(id);
  EXPECT_EQ(deliver("msg_4").status, 200);
  const auto all = received();
  EXPECT_EQ(all.at("total"), 4);
  ASSERT_EQ(all.at("notices").as_array().size(), 3u);
  EXPECT_EQ(all.at("notices").at(0).at("id"), "msg_2");
  EXPECT_EQ(all.at("notices").at(2).at("deliveries"), 2);
}

}  // namespace
}  // namespace tael
