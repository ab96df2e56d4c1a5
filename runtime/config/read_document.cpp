#include "runtime/config/accounts.hpp"
#include "runtime/config/documents.hpp"
#include "runtime/config/table.hpp"

namespace tael::config {
namespace {

/// `aurora` of `channels/aurora.yaml`.
std::string stem_of(const std::string& file) {
  const auto slash = file.rfind('/');
  return file.substr(slash + 1, file.rfind('.') - slash - 1);
}

/// Channels and businesses are known by their code, and the code names the file: so no code is there twice.
template <class S>
void read_named(Reader& reader, const Yaml& yaml, const std::string& key, const Table<S>& table,
                std::map<std::string, S>& out) {
  S value;
  table.read(reader, yaml, value);
  const auto stem = stem_of(reader.file());
  const auto* code = yaml.find(key);
  if (code != nullptr && code->kind == Yaml::Kind::scalar && code->text != stem)
    reader.error(code->line, "'" + key + "' is '" + shown(code->text) + "', but the file is named '" + stem + ".yaml'");
  out.emplace(stem, std::move(value));
}

/// A channel that is not enabled is checked as far as that goes without its secrets, and then forgotten.
void read_channel(Reader& reader, const Yaml& yaml, Reading& reading) {
  const auto* enabled = yaml.find("enabled");
  if (reading.keep_disabled || (enabled != nullptr && enabled->text == "false")) reader.leave_references();
  std::map<std::string, ChannelConfig> read;
  read_named(reader, yaml, "channel", channel_table(), read);
  for (auto& [code, channel] : read)
    if (channel.enabled || reading.keep_disabled)
      reading.config.channels.emplace(code, std::move(channel));
    else
      reading.disabled.insert(code);
}

}  // namespace

void read_document(Reading& reading, const std::string& file, const std::string& text) {
  const auto before = reading.errors.size();
  auto& document = reading.documents[file];
  document.root = parse_yaml(text, file, reading.errors);
  if (document.root.kind == Yaml::Kind::none) return;
  Reader reader{reading.folder, file, reading.environment, reading.errors};
  const auto& root = document.root;
  if (file == "node.yaml") node_table().read(reader, root, reading.config.node);
  if (file == "accounts.yaml") read_accounts(reader, root, reading.config.accounts);
  if (file.starts_with("channels/")) read_channel(reader, root, reading);
  if (file.starts_with("businesses/"))
    read_named(reader, root, "business", business_table(), reading.config.businesses);
  document.sound = reading.errors.size() == before;
}

}  // namespace tael::config
