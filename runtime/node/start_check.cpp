#include "runtime/node/start_check.hpp"

#include "adapters/postgres/private_cluster.hpp"
#include "runtime/config/yaml_tree.hpp"
#include "runtime/inspect/unconfigured.hpp"
#include "runtime/node/bank_hosts.hpp"
#include "runtime/node/channel_adapters.hpp"
#include "runtime/wall/system_dice.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
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

std::vector<config::Error> refusals_with_lines(const std::string& folder, const config::Config& config) {
  auto errors = refusals_of(config);
  for (auto& error : errors) error.line = line_of(std::filesystem::path{folder} / error.file, error.message);
  return errors;
}

/// Empty when it cannot run: a private PostgreSQL is not started for a question.
std::string url_of_running(const config::StoreConfig& store) {
  if (!store.url.empty()) return store.url.reveal();
  const postgres::PrivateCluster cluster{store.folder};
  return cluster.is_running() ? cluster.url() : std::string{};
}

void look_at_store(const std::string& url, const config::Config& config, config::Findings& found) {
  constexpr Duration patience = 10s;
  try {
    postgres::Snapshot snapshot{url, patience};
    auto lacking = unconfigured_in(snapshot, config);
    std::ranges::move(lacking.refusals, std::back_inserter(found.errors));
    for (const auto& path : lacking.retired) found.notes.push_back(to_text(path));
  } catch (const std::exception& error) {
    found.notes.push_back(std::string{"the store could not be looked at: "} + error.what());
  }
}

struct Place {
  std::string origin, host, path;
  int port = 0;
};

/// Of an address that the configuration took for one.
Place place_of(const std::string& url) {
  Place place;
  const auto host_at = url.find("://") + 3;
  const auto path_at = std::min(url.find('/', host_at), url.size());
  place.origin = url.substr(0, path_at);
  place.path = url.substr(path_at);
  place.host = url.substr(host_at, path_at - host_at);
  place.port = url.starts_with("https") ? 443 : 80;
  const auto colon = place.host.rfind(':');
  if (colon == std::string::npos || place.host.ends_with(']')) return place;
  place.port = std::atoi(place.host.c_str() + colon + 1);
  place.host.resize(colon);
  return place;
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host == "[::1]" || host.starts_with("127.");
}

bool is_any_address(const std::string& host) { return host == "0.0.0.0" || host == "::" || host == "[::]"; }

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

config::Findings findings_of(const std::string& folder, const config::Config& config) {
  config::Findings found{refusals_with_lines(folder, config), callbacks_that_lead_nowhere(config)};
  if (const auto url = url_of_running(config.node.store); url.empty())
    found.notes.push_back(
        "the store was not looked at, for its PostgreSQL does not run: what is open on paths, channels " +
        std::string{"and businesses that this folder lacks is told at the start"});
  else
    look_at_store(url, config, found);
  return found;
}

std::vector<config::Error> refusals_of_restart(const std::string& folder, const std::string& node_name,
                                               const std::string& store_url) {
  try {
    auto loaded = config::load_folder(folder);
    if (!loaded.config) return loaded.errors;
    if (!node_name.empty()) loaded.config->node.name = node_name;
    config::Findings found{refusals_with_lines(folder, *loaded.config), {}};
    look_at_store(store_url, *loaded.config, found);
    return found.errors;
  } catch (const std::exception& unread) {
    return {{folder, 1, unread.what()}};
  }
}

std::vector<std::string> callbacks_that_lead_nowhere(const config::Config& config) {
  const auto& api = config.node.listen.api;
  const auto& public_url = config.node.public_url;
  const bool hears_everywhere = is_any_address(api.host);
  std::vector<std::string> notes;
  if (public_url.empty() && hears_everywhere)
    notes.push_back("node.yaml: there is no 'public_url', and nobody can call http://" + to_text(api) +
                    ": say at which address institutions and payers reach this node");
  for (const auto& [code, channel] : config.channels) {
    if (channel.adapter == config::Adapter::iso8583 || channel.callback_url.empty()) continue;
    const auto wanted = "/channels/" + code + "/callback";
    const auto at = place_of(channel.callback_url);
    const bool is_public = !public_url.empty() && at.origin == place_of(public_url).origin;
    const bool is_ours = at.port == api.port &&
                         (at.host == api.host || hears_everywhere || (is_loopback(at.host) && is_loopback(api.host)));
    const auto file = "channels/" + code + ".yaml: 'callback_url' (" + channel.callback_url + ") ";
    if (!is_public && !is_ours && api.port != 0)
      notes.push_back(file + "is neither where this node listens (" + to_text(api) + ") nor under its 'public_url'" +
                      (public_url.empty() ? ", of which there is none" : " (" + public_url + ")") +
                      ": without callbacks every payment waits for its first inquiry");
    else if (at.path != wanted && !is_public)
      notes.push_back(file + "leads to no callback of this node, which hears them at " + wanted);
  }
  return notes;
}

}  // namespace tael
