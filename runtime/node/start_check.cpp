#include "runtime/node/start_check.hpp"

#include "runtime/config/yaml_tree.hpp"
#include "runtime/node/bank_hosts.hpp"
#include "runtime/node/channel_adapters.hpp"
#include "runtime/wall/system_dice.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tael {
namespace {

/// For adapters that are never asked anything.
class NoClient final : public HttpClient {
 public:
  void send(HttpCall, std::function<void(HttpAnswer)> done) override { done({}); }
};

/// What a sentence has in quotes: the key first, `bank_host.fields`, and then perhaps the entry of its list.
std::vector<std::string> quoted_in(const std::string& sentence) {
  std::vector<std::string> parts;
  std::istringstream in{sentence};
  std::string part;
  for (bool quoted = false; std::getline(in, part, '\''); quoted = !quoted)
    if (quoted) parts.push_back(part);
  return parts;
}

/// Of the entry when it can be told, else of the key.
int line_in(const config::Yaml& root, const std::vector<std::string>& quoted) {
  if (quoted.empty()) return 1;
  const auto* found = &root;
  std::istringstream levels{quoted.front()};
  for (std::string key; found != nullptr && std::getline(levels, key, '.');) found = found->find(key);
  if (found == nullptr) return 1;
  for (const auto& entry : found->children)
    if (std::find(quoted.begin() + 1, quoted.end(), entry.text) != quoted.end()) return entry.line;
  return found->line;
}

int line_of(const std::filesystem::path& file, const std::string& sentence) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  std::vector<config::Error> unread;
  const auto yaml = config::parse_yaml(text.str(), file.string(), unread);
  return line_in(yaml, quoted_in(sentence));
}

void make_and_forget(const config::ChannelConfig& channel) {
  NoClient client;
  WallClock clock;
  SystemDice dice;
  certificates_of(channel);
  if (channel.adapter == config::Adapter::iso8583)
    iso8583_options_of(channel);  // The adapter itself needs connections.
  else
    make_channel_adapter(channel, "https://nowhere.invalid", {client, clock, dice});
}

}  // namespace

std::vector<config::Error> refusals_of(const config::Config& config) {
  std::vector<config::Error> errors;
  for (const auto& [code, channel] : config.channels) try {
      make_and_forget(channel);
    } catch (const std::exception& refused) {
      const auto file = "channels/" + code + ".yaml";
      std::string why = refused.what();
      if (why.starts_with(file + ": ")) why.erase(0, file.size() + 2);
      errors.push_back({file, 1, std::move(why)});
    }
  return errors;
}

std::vector<config::Error> node_refuses(const std::string& folder, const config::Config& config) {
  auto errors = refusals_of(config);
  for (auto& error : errors) error.line = line_of(std::filesystem::path{folder} / error.file, error.message);
  return errors;
}

}  // namespace tael
