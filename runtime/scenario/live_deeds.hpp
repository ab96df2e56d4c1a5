// The deeds, other than customers', that can be done on a real node: at its institutions, by their control API, and at
// the endpoints of businesses.
#pragma once

#include "runtime/scenario/words.hpp"

#include <boost/json/fwd.hpp>

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace tael::scenario {

class Endpoint;

class LiveHands {
 public:
  virtual ~LiveHands() = default;
  virtual void control(const std::string& channel, const std::string& what, const boost::json::object& body) = 0;
  virtual Endpoint& endpoint(const std::string& business) = 0;
  /// After this much of the story's time.
  virtual void later(Duration wait, std::function<void()> deed) = 0;
  virtual Duration on_the_wall(Duration length) const = 0;
};

struct LiveDeed {
  std::string_view pattern;  ///< The row of the deeds' table it is.
  void (*perform)(LiveHands& hands, const Arguments& arguments) = nullptr;
};

std::span<const LiveDeed> live_deeds();
/// Null when it cannot be done.
const LiveDeed* find_live_deed(std::size_t phrase);

}  // namespace tael::scenario
