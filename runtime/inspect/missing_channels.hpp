// A channel may leave the configuration only when no money of it is under way: nobody else could ask what became of it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace tael {

struct MissingChannel {
  std::string channel;
  std::int64_t under_way = 0;  ///< Attempts without an outcome, refunds without an end.
  std::string example;         ///< An order that has one.
};

/// Channels with money under way in the store at `url` that are not among `configured`, by name.
std::vector<MissingChannel> missing_channels(const std::string& url, const std::set<std::string>& configured);

/// One sentence a channel: how many, which order, and what to do.
std::string to_text(const std::vector<MissingChannel>& missing);

}  // namespace tael
