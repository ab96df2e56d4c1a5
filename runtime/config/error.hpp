// What is wrong with a folder of configuration, as an operator reads it: `channels/aurora.yaml:24: ...`.
#pragma once

#include <compare>
#include <string>

namespace tael::config {

struct Error {
  std::string file;  ///< Relative to the folder.
  int line = 1;      ///< Counted from 1.
  std::string message;
  friend auto operator<=>(const Error&, const Error&) = default;
};

inline std::string to_text(const Error& error) {
  return error.file + ":" + std::to_string(error.line) + ": " + error.message;
}

}  // namespace tael::config
