// The house protocol itself: its words need no translation, only its paths and its signature.
#pragma once

#include "adapters/simulated/dialect.hpp"
#include "adapters/simulated/institution_options.hpp"

#include <memory>

namespace tael {

class Dice;

/// Options and dice outlive the dialect.
std::unique_ptr<Dialect> make_house_dialect(const InstitutionOptions& options, Dice& dice);

}  // namespace tael
