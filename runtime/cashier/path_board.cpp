#include "runtime/cashier/path_board.hpp"

#include <algorithm>

namespace tael {

bool takes_payers(const BreakerView& breaker) {
  const bool by_hand = breaker.static_switch == StaticSwitch::off || breaker.static_switch == StaticSwitch::forced_open;
  return !by_hand && breaker.state != BreakerState::open;
}

void PathBoard::refresh(OnChange on_change) {
  view_([this, on_change = std::move(on_change)](const std::variant<BreakersView, Refused>& answer) {
    const auto* view = std::get_if<BreakersView>(&answer);
    if (view == nullptr) return;
    const auto changed = take(*view);
    if (!changed.empty() && on_change) on_change(changed);
  });
}

std::map<std::string, bool> PathBoard::take(const BreakersView& view) {
  std::map<std::string, bool> changed;
  const std::lock_guard lock{mutex_};
  for (const auto& breaker : view.breakers) {
    // A path's state is the worst of its levels; those above are no ways to pay themselves.
    if (breaker.op != OpClass::pay || std::ranges::count(breaker.path, '/') != 2) continue;
    const bool open = tael::takes_payers(breaker);
    const auto [known, is_new] = open_.try_emplace(breaker.path, open);
    if (!is_new && known->second == open) continue;
    known->second = open;
    changed.emplace(breaker.path, open);
  }
  return changed;
}

bool PathBoard::takes_payers(const std::string& path) const {
  const std::lock_guard lock{mutex_};
  const auto found = open_.find(path);
  return found == open_.end() || found->second;
}

std::map<std::string, bool> PathBoard::all() const {
  const std::lock_guard lock{mutex_};
  return open_;
}

}  // namespace tael
