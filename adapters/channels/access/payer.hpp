// What a business told about its payer (or a payout's payee), and small texts cut to what a protocol takes.
#pragma once

#include "adapters/channels/access/tree.hpp"
#include "adapters/encoding/utf8.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

class Payer {
 public:
  /// `json` as the order has it; whatever is no object says nothing.
  explicit Payer(std::string_view json)
      : tree_(json.empty() ? std::nullopt : read_json_tree(json, {.depth_max = 32})) {}
  std::string text(std::string_view name) const { return tree_ ? std::string{tree_->text_of(name)} : std::string{}; }

 private:
  std::optional<Tree> tree_;
};

/// At most `bytes_max` bytes, cut between characters.
inline std::string cut_text(std::string_view text, std::size_t bytes_max) {
  return std::string{whole_characters(text, bytes_max)};
}

/// The same by characters, where the channel counts them: UTF-16's, so that one beyond the first 65536 counts twice.
inline std::string cut_characters(std::string_view text, std::size_t characters_max) {
  std::size_t end = 0, count = 0;
  while (end < text.size()) {
    const auto length = std::max<std::size_t>(utf8_length(text, end), 1);
    count += length == 4 ? 2 : 1;
    if (count > characters_max) break;
    end += length;
  }
  return std::string{text.substr(0, end)};
}

/// The path part of a base URL is signed too: what is signed is what goes over the wire.
inline std::string path_of_url(std::string_view url) {
  const auto scheme = url.find("://");
  const auto slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return slash == std::string_view::npos ? std::string{} : std::string{url.substr(slash)};
}

}  // namespace tael
