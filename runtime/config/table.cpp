#include "runtime/config/table.hpp"

#include "runtime/config/nearest.hpp"

#include <algorithm>

namespace tael::config {

bool check_keys(Reader& reader, const Yaml& yaml, const std::vector<std::string>& keys) {
  if (yaml.kind != Yaml::Kind::map) {
    reader.wrong(yaml, "a map of keys");
    return false;
  }
  for (const auto& child : yaml.children)
    if (std::ranges::find(keys, child.key) == keys.end())
      reader.error(child.key_line, "unknown key '" + shown(child.key) + "'" + suggestion(child.key, keys));
  return true;
}

}  // namespace tael::config
