// How many connections the listeners take: what the configuration wants, or what the system lets us open.
#pragma once

#include "actors/ports/log.hpp"
#include "runtime/config/config.hpp"
#include "runtime/wall/descriptors.hpp"

namespace tael {

/// Raises the limit of descriptors first, and says in the log when less fits than is wanted. Throws `Fatal` when
/// nothing would fit.
Places listener_places(const config::Config& config, Log& log);

}  // namespace tael
