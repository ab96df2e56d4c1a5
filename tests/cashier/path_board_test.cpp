// Which paths take payers, as the breakers say it.
#include "runtime/cashier/path_board.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

BreakerView breaker(std::string path, StaticSwitch hand, BreakerState state) {
  BreakerView view;
  view.path = std::move(path);
  view.static_switch = hand;
  view.state = state;
  return view;
}

TEST(PathBoard, SendsPayersWhereTheSwitchIsOnAndTheBreakerNotOpen) {
  EXPECT_TRUE(takes_payers(breaker("", StaticSwitch::on, BreakerState::closed)));
  EXPECT_TRUE(takes_payers(breaker("", StaticSwitch::on, BreakerState::half_open)));  // Only payers can probe.
  EXPECT_FALSE(takes_payers(breaker("", StaticSwitch::on, BreakerState::open)));
  EXPECT_FALSE(takes_payers(breaker("", StaticSwitch::off, BreakerState::closed)));
  EXPECT_FALSE(takes_payers(breaker("", StaticSwitch::forced_open, BreakerState::closed)));
  EXPECT_TRUE(takes_payers(breaker("", StaticSwitch::forced_closed, BreakerState::closed)));
}

TEST(PathBoard, KnowsWaysToPayAndNothingElse) {
  auto refunds = breaker("a/qr/x", StaticSwitch::on, BreakerState::open);
  refunds.op = OpClass::refund;
  const BreakersView view{{breaker("a", StaticSwitch::on, BreakerState::closed),
                           breaker("a/qr", StaticSwitch::on, BreakerState::closed),
                           breaker("a/qr/x", StaticSwitch::on, BreakerState::closed), refunds}};
  PathBoard board{[&](const auto& done) { done(view); }};
  board.refresh({});
  EXPECT_EQ(board.all(), (std::map<std::string, bool>{{"a/qr/x", true}}));
}

TEST(PathBoard, TellsOnlyWhatIsDifferentAndKeepsWhatItKnows) {
  std::variant<BreakersView, Refused> says = BreakersView{{breaker("a/qr/x", StaticSwitch::on, BreakerState::closed),
                                                           breaker("b/qr/y", StaticSwitch::on, BreakerState::open)}};
  PathBoard board{[&](auto done) { done(says); }};
  EXPECT_TRUE(board.takes_payers("b/qr/y"));  // Nobody has spoken of it yet.
  std::map<std::string, bool> told;
  const auto refresh = [&] {
    told.clear();
    board.refresh([&](const auto& changed) { told = changed; });
  };
  refresh();
  EXPECT_EQ(told, (std::map<std::string, bool>{{"a/qr/x", true}, {"b/qr/y", false}}));
  refresh();
  EXPECT_TRUE(told.empty());
  std::get<BreakersView>(says).breakers[1].state = BreakerState::half_open;
  refresh();
  EXPECT_EQ(told, (std::map<std::string, bool>{{"b/qr/y", true}}));
  says = Refused{};
  refresh();
  EXPECT_TRUE(board.takes_payers("a/qr/x"));
}

}  // namespace
}  // namespace tael
