#include "runtime/config/config_command.hpp"

#include "runtime/config/config.hpp"
#include "runtime/config/nearest.hpp"
#include "runtime/config/reference.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <ostream>
#include <utility>

namespace tael::config {
namespace {

enum Exit { done = 0, answer_is_no = 1, wrong_usage = 2 };

void print_json(const std::vector<Error>& errors, const std::optional<std::vector<std::string>>& notes,
                std::ostream& out) {
  out << "{\"ok\": " << (errors.empty() ? "true" : "false") << ", \"errors\": [";
  const char* between = "";
  for (const auto& error : errors) {
    out << between << "{\"file\": " << json_text(error.file) << ", \"line\": " << error.line
        << ", \"message\": " << json_text(error.message) << "}";
    between = ", ";
  }
  out << "]";
  if (notes) {
    out << ", \"notes\": [";
    between = "";
    for (const auto& note : *notes) out << std::exchange(between, ", ") << json_text(note);
    out << "]";
  }
  out << "}\n";
}

void print_text(const std::vector<Error>& errors, std::ostream& out) {
  for (const auto& error : errors) out << to_text(error) << "\n";
}

std::string many(std::size_t count, const std::string& one, const std::string& more) {
  return std::to_string(count) + " " + (count == 1 ? one : more);
}

}  // namespace

int check_command(const std::string& folder, bool json, std::ostream& out, const Environment& environment,
                  const FurtherCheck& further) {
  auto [config, errors] = load_folder(folder, environment);
  std::optional<std::vector<std::string>> notes;
  if (config && further) {
    auto found = further(folder, *config);
    errors = std::move(found.errors);
    notes = std::move(found.notes);
  }
  if (json) {
    print_json(errors, notes, out);
  } else {
    print_text(errors, out);
    for (const auto& note : notes.value_or(std::vector<std::string>{})) out << "note: " << note << "\n";
    if (config && errors.empty()) {
      out << folder << ": good, " << many(config->channels.size(), "channel", "channels") << ", "
          << many(config->businesses.size(), "business", "businesses") << "\n";
    } else {
      out << folder << ": " << many(errors.size(), "error", "errors") << "\n";
    }
  }
  if (!std::filesystem::is_directory(folder)) return wrong_usage;
  return errors.empty() ? done : answer_is_no;
}

int reference_command(std::ostream& out) {
  out << reference_markdown();
  return done;
}

int schema_command(std::ostream& out) {
  out << schema_json();
  return done;
}

int explain_command(const std::string& key, std::ostream& out) {
  std::vector<std::string> keys;
  bool found = false;
  for (const auto& [file, whole, row] : flat_rows()) {
    keys.push_back(whole);
    keys.push_back(row.key);
    if (whole != key && !whole.ends_with("." + key)) continue;
    out << (found ? "\n" : "") << whole << " in " << file << "\n  value    " << row.words << "\n  default  "
        << (row.required          ? "none, it must be given"
            : row.initial.empty() ? "none"
                                  : row.initial)
        << "\n  meaning  " << row.meaning << "\n";
    found = true;
  }
  if (found) return done;
  const auto near = nearest(key, keys);
  out << "there is no key '" << key << "'" << (near.empty() ? "" : ", did you mean '" + near + "'?") << "\n";
  return answer_is_no;
}

int diff_command(const std::string& before, const std::string& after, std::ostream& out,
                 const Environment& environment) {
  std::map<std::string, std::string> settings[2];
  for (const auto& [folder, to] : {std::pair{before, &settings[0]}, std::pair{after, &settings[1]}}) {
    const auto [config, errors] = load_folder(folder, environment);
    print_text(errors, out);
    if (!config) return wrong_usage;
    for (auto& [key, value] : settings_of(*config)) to->emplace(key, value);
  }
  bool same = true;
  const auto tell = [&](const std::string& line) {
    out << line << "\n";
    same = false;
  };
  for (const auto& [key, value] : settings[0]) {
    const auto found = settings[1].find(key);
    if (found == settings[1].end()) {
      if (!value.empty()) tell("- " + key + ": " + value);  // What was never set is not missed.
    } else if (found->second != value) {
      tell("~ " + key + ": " + value + " -> " + found->second);
    }
  }
  for (const auto& [key, value] : settings[1])
    if (!settings[0].contains(key) && !value.empty()) tell("+ " + key + ": " + value);
  return same ? done : answer_is_no;
}

}  // namespace tael::config
