// The console's pages as pure functions of JSON that the store and the actors said. Whatever is shown is escaped.
#pragma once

#include "runtime/console/frame.hpp"
#include "runtime/inspect/order_history.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace tael::console {

std::string overview_page(const Frame& frame, const boost::json::value& overview, const boost::json::value& events,
                          const boost::json::value& alerts);
std::string path_page(const Frame& frame, const boost::json::value& path, const boost::json::value& events);
std::string events_page(const Frame& frame, const boost::json::value& events);
/// `share_it`: all of them have the number that was asked for; otherwise none has.
std::string orders_page(const Frame& frame, const boost::json::value& orders, const std::string& asked, bool share_it);
std::string order_page(const Frame& frame, const boost::json::value& file, const std::vector<Moment>& history);
std::string alerts_page(const Frame& frame, const boost::json::value& alerts);
std::string timers_page(const Frame& frame, const boost::json::value& timers);
std::string money_page(const Frame& frame, const boost::json::value& conservation, const boost::json::value& accounts);
std::string links_page(const Frame& frame, const boost::json::value& links);
std::string supervision_page(const Frame& frame, const boost::json::value& tree);
std::string deeds_page(const Frame& frame, const boost::json::value& deeds);

/// The order's life drawn, with where it is and where it has been.
std::string life_svg(const std::string& state, const std::vector<std::string>& visited);

}  // namespace tael::console
