#include "runtime/ledger/invariants.hpp"

#include <algorithm>

namespace tael {

const std::vector<Invariant>& invariants() {
  static const auto all = [] {
    auto made = money_invariants();
    const auto life = life_invariants();
    made.insert(made.end(), life.begin(), life.end());
    std::ranges::stable_sort(made, {}, &Invariant::no);
    return made;
  }();
  return all;
}

}  // namespace tael
