// The deterministic world of actors under test; every test begins at noon of the eleventh of November.
#pragma once

#include "actors/kit/world.hpp"

namespace tael::testing {

inline const TimePoint noon = *parse_rfc3339("2026-11-11T12:00:00.000Z");

using kit::SeededDice;

class World : public kit::World {
 public:
  explicit World(std::uint64_t seed = 1) : kit::World(noon, seed) {}
};

}  // namespace tael::testing
