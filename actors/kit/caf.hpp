// The one door through which CAF comes in. Only what `caf_core` has; see the house rules in kit/README.md.
#pragma once

#include <caf/all.hpp>
