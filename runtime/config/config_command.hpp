// `tael config check | reference | schema | explain | diff`, without the command line around them.
// They return the process's exit code: 0 done, 1 the answer is no, 2 wrong usage or configuration.
#pragma once

#include "runtime/config/config.hpp"

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace tael::config {

/// What else there is to say of a folder that reads well, for what this library cannot know.
struct Findings {
  std::vector<Error> errors;
  std::vector<std::string> notes;  ///< What an operator should know, and no reason to refuse.
};
using FurtherCheck = std::function<Findings(const std::string& folder, const Config& config)>;

int check_command(const std::string& folder, bool json, std::ostream& out,
                  const Environment& environment = process_environment(), const FurtherCheck& further = {});
int reference_command(std::ostream& out);
int schema_command(std::ostream& out);

/// One key, whole (`breaker.open_min`) or its end (`open_min`), wherever it stands.
int explain_command(const std::string& key, std::ostream& out);

/// What is in force in one folder and not in the other, line by line; 1 when they differ.
int diff_command(const std::string& before, const std::string& after, std::ostream& out,
                 const Environment& environment = process_environment());

}  // namespace tael::config
