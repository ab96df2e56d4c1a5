#include "runtime/config/documents.hpp"
#include "runtime/config/nearest.hpp"

#include <algorithm>

namespace tael::config {
namespace {

void check_path(Reading& reading, const std::string& file, int line, const std::string& path,
                const std::vector<std::string>& known) {
  if (std::ranges::find(known, path) != known.end()) return;
  const auto channel = path.substr(0, path.find('/'));
  const auto document = reading.documents.find("channels/" + channel + ".yaml");
  if (document != reading.documents.end() && !document->second.sound) return;
  if (reading.disabled.contains(channel))
    return reading.errors.push_back({file, line,
                                     "the channel of '" + path + "' is not enabled: set 'enabled: true' in channels/" +
                                         channel + ".yaml, or take the path out"});
  reading.errors.push_back({file, line, "no channel has the path '" + path + "'" + suggestion(path, known)});
}

template <class T>
const T* shared_by(const std::vector<T>& one, const std::vector<T>& other) {
  const auto found = std::ranges::find_first_of(one, other);
  return found == one.end() ? nullptr : &*found;
}

/// Of two channels with a machine and a terminal in common, the bank takes one's sale for a repeat of the other's.
void check_terminals(Reading& reading) {
  const auto& channels = reading.config.channels;
  for (auto one = channels.begin(); one != channels.end(); ++one)
    for (auto other = channels.begin(); other != one; ++other) {
      const auto* machine = shared_by(one->second.bank_host.machines, other->second.bank_host.machines);
      const auto* terminal = shared_by(one->second.bank_host.terminals, other->second.bank_host.terminals);
      if (machine == nullptr || terminal == nullptr) continue;
      const auto file = "channels/" + one->first + ".yaml";
      const auto& document = reading.documents.at(file);
      const auto* host = document.root.find("bank_host");
      if (!document.sound || host == nullptr) continue;
      reading.errors.push_back({file, host->find("terminals")->line,
                                "'bank_host.terminals': channels/" + other->first + ".yaml has '" + *terminal +
                                    "' at the same machine (" + *machine + "); a terminal is one channel's alone"});
    }
}

}  // namespace

void check_across(Reading& reading) {
  const auto& config = reading.config;
  std::vector<std::string> known;
  for (const auto& [code, channel] : config.channels) std::ranges::copy(channel.paths(), std::back_inserter(known));

  for (const auto& [code, business] : config.businesses) {
    const auto file = "businesses/" + code + ".yaml";
    const auto& document = reading.documents.at(file);
    if (!document.sound) continue;
    const auto& lines = document.root.find("paths")->children;
    for (std::size_t i = 0; i < business.paths.size(); ++i)
      check_path(reading, file, lines[i].line, business.paths[i], known);
  }
  check_terminals(reading);
  const auto any_in = [&](const std::string& subfolder) {
    return std::ranges::any_of(reading.documents, [&](const auto& d) { return d.first.starts_with(subfolder); });
  };
  if (!any_in("channels/")) reading.errors.push_back({"channels", 1, "there is no channel: add channels/NAME.yaml"});
  if (!any_in("businesses/"))
    reading.errors.push_back({"businesses", 1, "there is no business: add businesses/NAME.yaml"});
}

}  // namespace tael::config
