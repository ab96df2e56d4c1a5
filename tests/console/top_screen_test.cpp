// `tael top`: what an operator reads at a glance.
#include "runtime/commands/top_screen.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace tael::commands {
namespace {

const auto overview = boost::json::parse(R"({
  "node": "tael_1", "version": "0.1.0", "at": "2026-11-21T12:03:10.000Z", "up_since": "2026-11-21T12:00:00.000Z",
  "counts": {"orders_open": 3, "attempts_in_doubt": 1, "refunds_open": 0, "refunds_parked": 0, "notices_due": 2,
             "notices_parked": 0, "timers_armed": 7, "timers_late": 0, "alerts_today": 4},
  "paths": [
    {"path": "aurora/qr/cmb", "state": "open", "static_switch": "on",
     "window": {"total": 6, "failures": 0, "timeouts": 4, "exceptions": 2, "slow": 0},
     "last_minute": {"calls": 6, "answered": 0, "declined": 0, "paid": 0, "mean_ms": 8000, "slowest_ms": 8001}},
    {"path": "aurora/qr/icbc", "state": "closed", "static_switch": "on",
     "window": {"total": 3, "failures": 0, "timeouts": 0, "exceptions": 0, "slow": 0},
     "last_minute": {"calls": 3, "answered": 3, "declined": 1, "paid": 2, "mean_ms": 12, "slowest_ms": 20}}],
  "conservation": [{"channel": "aurora", "currency": "CNY", "received": 5000, "booked": 2500, "refunded": 2500,
                    "suspense": 0, "holds": true},
                   {"channel": "borealis", "currency": "CNY", "received": 1, "booked": 0, "refunded": 0, "suspense": 0,
                    "holds": false}]})");

bool says(const std::string& screen, std::string_view piece) { return screen.find(piece) != std::string::npos; }

TEST(Top, SaysWhatIsOpenAndHowPathsDo) {
  const auto screen = top_screen(overview, false);
  EXPECT_TRUE(says(screen, "tael_1  up 3 min"));
  EXPECT_TRUE(says(screen, "orders open 3, attempts in doubt 1"));
  EXPECT_TRUE(says(screen, "aurora/qr/cmb   open    on"));
  EXPECT_TRUE(says(screen, "4 timeouts, 2 exceptions"));
  EXPECT_TRUE(says(screen, "100%"));
  EXPECT_TRUE(says(screen, "received 50.00 CNY = booked 25.00 CNY + refunded 25.00 CNY + suspense 0.00 CNY\n"));
  EXPECT_TRUE(says(screen, "BROKEN"));
  EXPECT_FALSE(says(screen, "\x1b"));
}

TEST(Top, NamesWhoIsNotUpAndWhichPayersDoNotComplete) {
  auto all = overview;
  all.as_object()["supervision"] = boost::json::parse(R"({"name": "node", "children": [
    {"name": "channels", "state": "up", "children": [{"name": "aurora", "state": "up", "children": [
      {"name": "adapter", "state": "parked", "since": "2026-11-21T12:03:00.000Z", "next_at": "2026-11-21T12:08:00.000Z",
       "starts": 6, "reason": "off by one", "children": []}]}]}]})");
  all.as_object()["links"] = boost::json::parse(R"({"monitor": "on", "links": [
    {"path": "aurora/qr/icbc", "sent": 40, "paid": 2, "silent": true},
    {"path": "aurora/qr/cmb", "sent": 40, "paid": 38, "silent": false}]})");
  const auto screen = top_screen(all, false);
  EXPECT_TRUE(says(screen, "supervision: 2 up, the others:"));
  EXPECT_TRUE(says(screen, "channels/aurora/adapter  parked"));
  EXPECT_TRUE(says(screen, "off by one"));
  EXPECT_TRUE(says(screen, "link silent: aurora/qr/icbc, 5% of 40 attempts completed"));
  EXPECT_FALSE(says(screen, "link silent: aurora/qr/cmb"));
}

TEST(Top, ColoursWholeWordsOnly) {
  const auto screen = top_screen(overview, true);
  EXPECT_TRUE(says(screen, "\x1b[31mopen\x1b[0m"));
  EXPECT_FALSE(says(screen, "orders \x1b"));  // Not every `open` is a state.
}

TEST(Top, SaysWhenPartsDoNotAnswer) {
  const auto screen = top_screen(boost::json::parse(R"({"node": "n", "counts": null, "paths": null})"), false);
  EXPECT_TRUE(says(screen, "The store does not answer."));
  EXPECT_TRUE(says(screen, "The breakers have not answered."));
}

TEST(Top, ShowsNoControlCharacters) {
  auto odd = overview;
  odd.as_object()["node"] = "x\x1b[2J";
  EXPECT_FALSE(says(top_screen(odd, false), "\x1b"));
}

}  // namespace
}  // namespace tael::commands
