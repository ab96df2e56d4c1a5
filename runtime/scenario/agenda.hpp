// What the outside world is going to do, by virtual time: institutions answer, payers pay, disks finish. Deeds of the
// same instant happen in an order the seed draws, unless they were promised to keep theirs.
#pragma once

#include "actors/domain/time.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <tuple>
#include <utility>

namespace tael::scenario {

class Agenda {
 public:
  explicit Agenda(std::uint64_t seed) : random_(seed) {}

  void at(TimePoint when, std::function<void()> deed) { add(when, random_() | 1, std::move(deed)); }
  /// Deeds of one instant that are added by this happen first and in the order they were added.
  void in_order(TimePoint when, std::function<void()> deed) { add(when, 0, std::move(deed)); }

  void clear() { deeds_.clear(); }
  bool empty() const { return deeds_.empty(); }
  TimePoint next() const { return std::get<0>(deeds_.begin()->first); }
  std::function<void()> pop() { return std::move(deeds_.extract(deeds_.begin()).mapped()); }
  std::uint64_t roll() { return random_(); }

 private:
  void add(TimePoint when, std::uint64_t rank, std::function<void()> deed) {
    deeds_.emplace(std::tuple{when, rank, ++last_}, std::move(deed));
  }
  std::map<std::tuple<TimePoint, std::uint64_t, std::uint64_t>, std::function<void()>> deeds_;
  std::uint64_t last_ = 0;
  std::mt19937_64 random_;
};

}  // namespace tael::scenario
