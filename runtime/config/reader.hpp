// Where the field tables put what they find wrong, and where they ask for secrets. One per file read.
#pragma once

#include "runtime/config/secret.hpp"
#include "runtime/config/yaml_tree.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tael::config {

/// The value of an environment variable, nothing when it is not set. Tests bring their own.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment process_environment();

/// What the value behind a reference must look like.
struct SecretRule {
  std::size_t length_min = 1;
  bool blanks = false;  ///< May hold blanks, as connection strings do.
  bool pkcs12 = false;  ///< May be a file in that binary form.
};

class Reader {
 public:
  Reader(std::string folder, std::string file, const Environment& environment, std::vector<Error>& errors)
      : folder_(std::move(folder)), file_(std::move(file)), environment_(environment), errors_(errors) {}

  void error(int line, std::string message) { errors_.push_back({file_, line, std::move(message)}); }

  /// `'deadline' must be a length from 1s to 1min, not '8'`. Shows the text, so it is not for secrets.
  void wrong(const Yaml& value, const std::string& expected);

  /// The secret a reference leads to. A literal is refused without showing it.
  void read_secret(const Yaml& value, SecretRule rule, Secret& out);

  /// From here on a reference is checked for its shape and not followed: for files that are switched off.
  void leave_references() { follows_references_ = false; }

  std::size_t errors_so_far() const { return errors_.size(); }
  const std::string& file() const { return file_; }

 private:
  std::optional<std::string> from_file(const Yaml& value, const std::string& path);

  std::string folder_;
  std::string file_;
  const Environment& environment_;
  std::vector<Error>& errors_;
  bool follows_references_ = true;
};

/// Whether a text has the shape of a reference, well-formed or not.
bool is_reference(const std::string& text);

/// How a message names a value: `'deadline'`, or `the value` of an item in a list.
std::string name_in_message(const Yaml& value);

}  // namespace tael::config
