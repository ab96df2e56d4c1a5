// The same story on a real node: its business calls the API over HTTP, its payers pay at the simulated institutions
// through their control API, its endpoint takes real notices. Times are the wall's, `clock: live` times faster.
#pragma once

#include "runtime/scenario/player.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tael::scenario {

struct LiveOptions {
  std::string node_url;        ///< `http://127.0.0.1:8080`
  std::string control_url;     ///< Of `tael simulate channels`.
  Duration rest_max{300'000};  ///< On the wall, for everything to come to rest after the last sentence.
};

/// What only virtual time can do, or only the node itself could see, each with its line. Empty: it can be played.
std::vector<config::Error> not_playable_live(const Story& story);

/// The story must be playable, and its configuration read with real secrets. Times of the outcome are the story's.
Outcome play_live(const Story& story, const LiveOptions& options);

}  // namespace tael::scenario
