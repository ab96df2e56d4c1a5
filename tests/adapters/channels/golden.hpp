// The golden values that other people's software computed: channel-vectors.json beside this file.
#pragma once

#include <boost/json.hpp>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace tael::testing {

inline const boost::json::object& golden() {
  static const auto vectors = [] {
    const std::ifstream in{std::string{TAEL_SOURCE_DIR} + "/tests/adapters/channels/channel-vectors.json"};
    std::ostringstream text;
    text << in.rdbuf();
    return boost::json::parse(text.str()).as_object();
  }();
  return vectors;
}

inline std::string golden(std::string_view group, std::string_view name) {
  return boost::json::value_to<std::string>(golden().at(group).as_object().at(name));
}

}  // namespace tael::testing
