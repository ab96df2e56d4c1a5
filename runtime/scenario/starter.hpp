// The file `tael scenario new` writes: a small story that holds, with a comment wherever a newcomer would ask.
#pragma once

#include <string>

namespace tael::scenario {

std::string starter_story();

}  // namespace tael::scenario
