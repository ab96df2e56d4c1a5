// Who must know of what became durable, and by which line.
#include "actors/store_news.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tael {
namespace {

std::string text_of(const LogLine& line, std::string_view name) {
  const auto found = std::ranges::find(line.fields, name, &Field::name);
  if (found == line.fields.end()) return {};
  const auto* text = std::get_if<std::string>(&found->value);
  return text == nullptr ? std::string{} : *text;
}

JournalRow row_of(const std::string& entity, const std::string& kind, const BusinessContext& context) {
  JournalRow row;
  row.entity = entity;
  row.kind = kind;
  row.context = context;
  return row;
}

Commit breaker_moved(const std::string& state, const std::string& actor) {
  Commit commit;
  commit.breaker = Write<BreakerRow>{BreakerRow{.path = "aurora/qr/cmb",
                                                .static_switch = actor.empty() ? "on" : "off",
                                                .state = state,
                                                .from = "closed",
                                                .cause = actor.empty() ? "failure_rate" : "switched",
                                                .actor = actor,
                                                .reason = actor.empty() ? "" : "maintenance"},
                                     false};
  commit.journal.push_back(row_of("breaker:aurora/qr/cmb", "breaker_moved", {"", "", "", "CMB"}));
  return commit;
}

TEST(StoreNews, APathThatOpensAndClosesIsToldWithItsInstitution) {
  const auto opened = lines_about(breaker_moved("open", ""));
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].event, "path_open");
  EXPECT_EQ(opened[0].level, Level::warning);
  EXPECT_EQ(text_of(opened[0], "path"), "aurora/qr/cmb");
  EXPECT_EQ(text_of(opened[0], "institution"), "CMB");
  const auto closed = lines_about(breaker_moved("closed", ""));
  EXPECT_EQ(closed.at(0).event, "path_closed");
  EXPECT_EQ(closed.at(0).level, Level::info);
}

TEST(StoreNews, AHandOnASwitchIsToldWithWhoAndWhy) {
  const auto lines = lines_about(breaker_moved("open", "operator/ada"));
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].event, "path_switched");
  EXPECT_EQ(text_of(lines[0], "to"), "off");
  EXPECT_EQ(text_of(lines[0], "actor"), "operator/ada");
  EXPECT_EQ(text_of(lines[0], "reason"), "maintenance");
}

Commit notice_is(const std::string& kind) {
  Commit commit;
  commit.notices.push_back({Notice{}, false});
  commit.notices.back().row.id = "N1";
  commit.notices.back().row.order_id = "O1";
  commit.journal.push_back(row_of("N1", kind, {"bakery", "", "", ""}));
  commit.journal.back().body = {{"error", std::string{"status 500"}}};
  return commit;
}

TEST(StoreNews, ANoticeThatFailsOrIsGivenUpIsToldWithItsBusiness) {
  const auto failed = lines_about(notice_is("notice_failed"));
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].level, Level::warning);
  EXPECT_EQ(text_of(failed[0], "order"), "O1");
  EXPECT_EQ(text_of(failed[0], "business"), "bakery");
  EXPECT_EQ(text_of(failed[0], "error"), "status 500");
  EXPECT_EQ(lines_about(notice_is("notice_parked")).at(0).level, Level::error);
  EXPECT_TRUE(lines_about(notice_is("notice_delivered")).empty()) << "as it should be";
}

TEST(StoreNews, AnAlertIsToldWhenItBeginsAndWhenItEnds) {
  Commit commit;
  auto& alert = commit.alerts.emplace_back();
  alert.kind = "surplus_stuck";
  alert.severity = Severity::critical;
  alert.context = {"bakery", "instant", "web", "CMB"};
  commit.alerts_resolved.push_back({0, "path_open", "aurora/qr/cmb", "It works again.", {}});
  const auto lines = lines_about(commit);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].level, Level::error);
  EXPECT_EQ(text_of(lines[0], "scene"), "web");
  EXPECT_EQ(lines[1].event, "alert_ended");
}

}  // namespace
}  // namespace tael
