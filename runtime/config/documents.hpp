// The files of a folder while it is being read: what each said, and in which line, for checks across files.
#pragma once

#include "runtime/config/config.hpp"
#include "runtime/config/yaml_tree.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tael::config {

struct Document {
  Yaml root;
  bool sound = false;  ///< Read without error; otherwise no other file is blamed for what it lacks.
};

struct Reading {
  std::string folder;
  const Environment& environment;
  Config config;
  std::map<std::string, Document> documents;  ///< By file, relative to the folder.
  std::vector<Error> errors;
  std::set<std::string> disabled{};  ///< Channels that are there and not enabled.
  bool keep_disabled = false;        ///< Channels are kept without their secrets, enabled or not.
};

/// Reads the text of one file; its name says which table it follows.
void read_document(Reading& reading, const std::string& file, const std::string& text);

/// What one file alone cannot know: businesses' paths lead somewhere, and there is something to pay with.
void check_across(Reading& reading);

}  // namespace tael::config
