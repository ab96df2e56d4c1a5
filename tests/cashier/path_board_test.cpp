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
}

TEST(PathBoard, TellsOnlyWhatIsDifferentAndKeepsWhatItKnows) {
  std::variant<BreakersView, Refused> says = BreakersView{
      {breaker("a", StaticSwitch::on, BreakerState::closed), breaker("b", StaticSwitch::on, BreakerState::open)}};
  PathBoard board{[&](auto done) { done(says); }};
  EXPECT_TRUE(board.takes_payers("b"));  // Nobody has spoken of it yet.
  std::map<std::string, bool> told;
  const auto refresh = [&] {
    told.clear();
    board.refresh([&](const auto& changed) { told = changed; });
  };
  refresh();
  EXPECT_EQ(told, (std::map<std::string, bool>{{"a", true}, {"b", false}}));
  refresh();
  EXPECT_TRUE(told.empty());
  std::get<BreakersView>(says).breakers[1].state = BreakerState::half_open;
  refresh();
  EXPECT_EQ(told, (std::map<std::string, bool>{{"b", true}}));
  says = Refused{};
  refresh();
  EXPECT_TRUE(board.takes_payers("a"));
}

}  // namespace
}  // namespace tael
