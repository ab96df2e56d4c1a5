#include "runtime/config/accounts.hpp"
#include "runtime/config/config.hpp"
#include "runtime/config/documents.hpp"
#include "runtime/config/nearest.hpp"
#include "runtime/config/table.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tael::config {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> top_files{"node.yaml", "accounts.yaml"};

void read_file(Reading& reading, const std::string& file) {
  std::error_code failed;
  const auto where = fs::path{reading.folder} / file;
  const auto refuse = [&](const std::string& why) {
    reading.documents[file];
    reading.errors.push_back({file, 1, why});
  };
  if (const auto size = fs::file_size(where, failed); failed || size > yaml_bytes_max)
    return refuse(failed ? "cannot be read" : "the file is larger than 256 KiB");
  std::ifstream in{where, std::ios::binary};
  std::ostringstream text;
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (in.bad() || text.fail()) return refuse("cannot be read");
  read_document(reading, file, text.str());
}

/// Names in a folder, sorted, without hidden ones (editors leave those behind).
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at{folder, failed}, end; !failed && at != end; at.increment(failed))
    if (const auto name = at->path().filename().string(); !name.starts_with('.')) names.push_back(name);
  std::ranges::sort(names);
  return names;
}

/// A file that nobody reads is a setting that silently does nothing: so names are checked as keys are.
void read_subfolder(Reading& reading, const std::string& subfolder) {
  for (const auto& name : names_in(fs::path{reading.folder} / subfolder)) {
    const auto file = subfolder + "/" + name;
    if (name.ends_with(".yaml")) {
      read_file(reading, file);
    } else if (name.ends_with(".yml")) {
      reading.errors.push_back({file, 1, "is not read: its name must end in .yaml"});
    }
  }
}

void check_top(Reading& reading) {
  for (const auto& name : names_in(reading.folder)) {
    const bool is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    if (is_yaml && std::ranges::find(top_files, name) == top_files.end())
      reading.errors.push_back({name, 1, "is no file of ours" + suggestion(name, top_files)});
  }
}

}  // namespace

Loaded load_folder(const std::string& folder, const Environment& environment) {
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) return {{}, {{folder, 1, "is no folder"}}};
  Reading reading{folder, environment, {}, {}, {}};
  check_top(reading);
  for (const auto& file : top_files) {
    if (fs::exists(fs::path{folder} / file, failed)) {
      read_file(reading, file);
    } else {
      reading.errors.push_back({file, 1, "is missing"});
    }
  }
  read_subfolder(reading, "channels");
  read_subfolder(reading, "businesses");
  check_across(reading);
  std::ranges::sort(reading.errors);
  if (!reading.errors.empty()) return {{}, std::move(reading.errors)};
  return {std::move(reading.config), {}};
}

LoadedChannel load_channel(const std::string& folder, const std::string& name) {
  const auto file = "channels/" + name + ".yaml";
  const Environment nobody = [](const std::string&) { return std::optional<std::string>{}; };
  Reading reading{folder, nobody, {}, {}, {}};
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) return {{}, {{folder, 1, "is no folder"}}};
  if (!fs::exists(fs::path{folder} / file, failed)) {
    std::vector<std::string> names;
    for (const auto& each : names_in(fs::path{folder} / "channels"))
      if (each.ends_with(".yaml")) names.push_back(each.substr(0, each.size() - 5));
    return {{}, {{file, 1, "there is no such channel" + suggestion(name, names)}}};
  }
  reading.keep_disabled = true;
  read_file(reading, file);
  std::ranges::sort(reading.errors);
  if (!reading.errors.empty()) return {{}, std::move(reading.errors)};
  return {std::move(reading.config.channels.at(name)), {}};
}

std::vector<std::pair<std::string, std::string>> settings_of(const Config& config) {
  Settings settings;
  node_table().show(config.node, "node.yaml: ", settings);
  for (const auto& [code, channel] : config.channels)
    channel_table().show(channel, "channels/" + code + ".yaml: ", settings);
  for (const auto& [code, business] : config.businesses)
    business_table().show(business, "businesses/" + code + ".yaml: ", settings);
  Settings accounts;
  show_accounts(config.accounts, accounts);
  for (auto& [key, value] : accounts) settings.emplace_back("accounts.yaml: " + key, std::move(value));
  return settings;
}

}  // namespace tael::config
