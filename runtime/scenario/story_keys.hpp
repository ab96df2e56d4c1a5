// Every key of a story's file, in one table: the reader refuses what is not in it, `tael scenario words` prints it, and
// the schema that editors complete from is made of it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tael::scenario {

struct StoryKey {
  std::string_view section;  ///< Empty: the file itself.
  std::string_view name;
  std::string_view shape;  ///< What a scalar must look like, as a regular expression; `[]` sentences; `{}` a map.
  std::string_view example;
  std::string_view meaning;
};

std::span<const StoryKey> story_keys();
/// Of one section, in the table's order.
std::vector<std::string> keys_of(std::string_view section);

}  // namespace tael::scenario
