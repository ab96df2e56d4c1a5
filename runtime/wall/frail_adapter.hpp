// Adapters of a real process that die where a test wants them to. One environment variable arms them:
//
//   TAEL_ADAPTERS_DIE_OF=FILE   read at each message; a line names the messages of one channel that its adapter does
//                               not survive, by how they begin: `aurora pay`, `borealis inquire P123`, `aurora
//                               callback`
#pragma once

#include "actors/ports/channel.hpp"

#include <memory>
#include <string>

namespace tael {

/// `adapter` itself unless the variable is set.
std::unique_ptr<Channel> frail_where_the_environment_says(std::string channel, std::unique_ptr<Channel> adapter);

/// As above, with the file's name.
std::unique_ptr<Channel> frail_adapter(std::string channel, std::unique_ptr<Channel> adapter, std::string file);

}  // namespace tael
