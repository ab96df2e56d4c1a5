// Where the field tables put what they find wrong, and where they ask for secrets. One per file read.
#pragma once

#include "runtime/config/secret.hpp"
#include "runtime/config/yaml_tree.hpp"

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tael::config {

/// What becomes of a reference to a secret that leads nowhere.
enum class Missing {
  is_wrong,   ///< The file is refused, as a node must.
  is_made_up  ///< A value that fits its field stands in: for whoever has no use for the secret itself.
};

/// The value of an environment variable, nothing when it is not set. Tests bring their own.
class Environment {
 public:
  template <std::invocable<const std::string&> Find>
  Environment(Find find, Missing missing = Missing::is_wrong) : find_(std::move(find)), missing_(missing) {}
  std::optional<std::string> operator()(const std::string& name) const { return find_(name); }
  Missing missing() const { return missing_; }

 private:
  std::function<std::optional<std::string>(const std::string& name)> find_;
  Missing missing_;
};

Environment process_environment();

/// What the value behind a reference must look like.
struct SecretRule {
  std::size_t length_min = 1;
  bool blanks = false;   ///< May hold blanks, as connection strings do.
  bool pkcs12 = false;   ///< May be a file in that binary form.
  bool webhook = false;  ///< Is `whsec_` and base64 of 24 to 64 bytes.
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
  /// Of the environment or a file; an error when it is missing there and must not be.
  std::optional<std::string> follow(const Yaml& value, const std::string& variable);

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
