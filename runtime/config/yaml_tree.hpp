// One YAML file as a plain tree with lines, read under guard: what another reader of the same bytes
// could understand differently (duplicate keys, aliases, tags, merge keys) is refused, not interpreted.
#pragma once

#include "runtime/config/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tael::config {

inline constexpr std::size_t yaml_bytes_max = 256 * 1024;
inline constexpr std::size_t yaml_line_max = 4'096;
inline constexpr std::size_t yaml_depth_max = 20;
inline constexpr std::size_t yaml_nodes_max = 10'000;

struct Yaml {
  enum class Kind { none, scalar, list, map };
  Kind kind = Kind::none;
  int line = 1;
  std::string text;   ///< Of a scalar.
  bool plain = true;  ///< A scalar without quotes.
  std::string key;    ///< In a map; empty in a list.
  int key_line = 1;
  std::vector<Yaml> children;

  /// The child under a key; null when there is none or this is no map.
  const Yaml* find(std::string_view wanted) const;
};

/// A text from a file as a message may show it: cut when long.
std::string shown(std::string_view text);

/// Reads one document. What is wrong is appended to `errors` under `file`; then the tree is not to be used.
Yaml parse_yaml(std::string_view text, const std::string& file, std::vector<Error>& errors);

}  // namespace tael::config
