// The configuration a story plays on. Overrides are laid over the files as trees and then read by the very tables that
// read an operator's folder; secrets are made up, so that no story needs a real one.
#include "runtime/config/documents.hpp"
#include "runtime/scenario/story.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tael::scenario {
namespace {

namespace fs = std::filesystem;
using config::Yaml;

/// In virtual time every institution is the house's own: a story is about what Tael does, and `tael channel certify`
/// about what a protocol says. So no story needs a private key, a certificate or a bank's host.
void speak_our_own_protocol(config::ChannelConfig& channel) {
  if (channel.adapter == config::Adapter::http_json) return;
  const auto& code = channel.policy.channel;
  channel.adapter = config::Adapter::http_json;
  channel.url = "https://" + code + ".simulated";
  channel.key = Secret{"what-" + code + "-knows-us-by"};
  channel.channel_key = Secret{"what-we-know-" + code + "-by"};
  channel.channel_keys.clear();
  channel.codes.clear();
}

config::Loaded for_stories(config::Loaded loaded, Secrets secrets) {
  if (loaded.config && secrets == Secrets::made_up)
    for (auto& [code, channel] : loaded.config->channels) speak_our_own_protocol(channel);
  return loaded;
}

config::Environment environment_for(Secrets secrets) {
  if (secrets == Secrets::real) return config::process_environment();
  return {[](const std::string&) { return std::optional<std::string>{}; }, config::Missing::is_made_up};
}

void lay_over(Yaml& under, const Yaml& change) {
  if (under.kind != Yaml::Kind::map || change.kind != Yaml::Kind::map) {
    auto key = under.key;
    under = change;
    under.key = std::move(key);
    return;
  }
  for (const auto& child : change.children) {
    const auto found = std::ranges::find(under.children, child.key, &Yaml::key);
    if (found == under.children.end())
      under.children.push_back(child);
    else
      lay_over(*found, child);
  }
}

void write(std::ostream& out, const Yaml& yaml, const char* separator) {
  const auto quoted = [](const std::string& text) {
    std::string in_quotes = "'";
    for (const char c : text) in_quotes += c == '\'' ? std::string{"''"} : std::string{c};
    return in_quotes + "'";
  };
  switch (yaml.kind) {
    case Yaml::Kind::none: out << "~"; return;
    case Yaml::Kind::scalar:
      // In a flow a plain scalar may not hold these; then quotes change nothing that our shapes look at.
      if (yaml.plain && yaml.text.find_first_of(",[]{}#:") == std::string::npos && !yaml.text.empty())
        out << yaml.text;
      else
        out << quoted(yaml.text);
      return;
    case Yaml::Kind::list:
    case Yaml::Kind::map: break;
  }
  const bool is_map = yaml.kind == Yaml::Kind::map;
  out << (is_map ? "{" : "[");
  for (std::size_t i = 0; i < yaml.children.size(); ++i) {
    out << (i == 0 ? "" : separator);
    if (is_map) out << yaml.children[i].key << ": ";
    write(out, yaml.children[i], separator);
  }
  out << (is_map ? "}" : "]");
}

std::string text_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::string flow_of(const Yaml& yaml) {
  std::ostringstream text;
  write(text, yaml, ", ");
  return text.str();
}

config::Loaded load_with_changes(const std::string& folder, const Yaml* changes, const std::string& story_file,
                                 Secrets secrets) {
  const auto environment = environment_for(secrets);
  if (changes == nullptr || changes->kind != Yaml::Kind::map)
    return for_stories(config::load_folder(folder, environment), secrets);
  config::Reading reading{folder, environment, {}, {}, {}};
  std::vector<std::string> files;
  std::error_code failed;
  for (const auto* subfolder : {"", "channels", "businesses"})
    for (fs::directory_iterator at{fs::path{folder} / subfolder, failed}, end; !failed && at != end;
         at.increment(failed))
      if (at->path().extension() == ".yaml")
        files.push_back((fs::path{subfolder} / at->path().filename()).generic_string());
  std::ranges::sort(files);
  for (const auto& child : changes->children)
    if (std::ranges::find(files, child.key + ".yaml") == files.end())
      reading.errors.push_back({story_file, child.key_line, "there is no '" + child.key + ".yaml' to change"});
  for (const auto& file : files) {
    auto text = text_of(fs::path{folder} / file);
    if (const auto* change = changes->find(file.substr(0, file.size() - 5))) {
      const auto before = reading.errors.size();
      auto tree = config::parse_yaml(text, file, reading.errors);
      if (reading.errors.size() != before) continue;
      lay_over(tree, *change);
      std::ostringstream merged;
      write(merged, tree, ",\n ");
      text = merged.str() + "\n";
      config::read_document(reading, file, text);
      for (auto at = before; at < reading.errors.size(); ++at)
        reading.errors[at].file = story_file, reading.errors[at].line = change->line;
    } else {
      config::read_document(reading, file, text);
    }
  }
  config::check_across(reading);
  std::ranges::sort(reading.errors);
  if (!reading.errors.empty()) return {{}, std::move(reading.errors)};
  return for_stories({std::move(reading.config), {}}, secrets);
}

}  // namespace tael::scenario
