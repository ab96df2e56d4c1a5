// The node at a glance as lines of a terminal. Pure: what `GET /admin/overview` said goes in, text comes out.
#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace tael::commands {

/// `colours`: ANSI colours for states. States are words in any case.
std::string top_screen(const boost::json::value& overview, bool colours);

}  // namespace tael::commands
