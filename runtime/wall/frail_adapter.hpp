// Adapters of a real process that die or hang where a test wants them to: TAEL_ADAPTERS_DIE_OF leads to a file that is
// read at each message. A line names messages of one channel that its adapter does not survive, by how they begin
// (`aurora pay`, `borealis inquire P123`, `borealis answer inquire P123`, `aurora callback`), or, after `hang `, that
// it never comes back from.
#pragma once

#include "actors/ports/channel.hpp"

#include <memory>
#include <string>

namespace tael {

/// `adapter` itself unless TAEL_ADAPTERS_DIE_OF is set.
std::unique_ptr<Channel> frail_where_the_environment_says(std::string channel, std::unique_ptr<Channel> adapter);

/// As above, with the file's name.
std::unique_ptr<Channel> frail_adapter(std::string channel, std::unique_ptr<Channel> adapter, std::string file);

}  // namespace tael
