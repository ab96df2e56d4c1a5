#include "adapters/channels/access/tree.hpp"

#include "adapters/encoding/percent.hpp"

#include <algorithm>
#include <utility>

namespace tael {

const Tree* Tree::at(std::string_view path) const {
  const auto* found = this;
  while (found != nullptr && !path.empty()) {
    const auto slash = path.find('/');
    found = found->find(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  return found;
}

std::string_view Tree::text_of(std::string_view path) const {
  const auto* found = at(path);
  return found == nullptr || found->kind != Kind::text ? std::string_view{} : std::string_view{found->text};
}

std::optional<Tree> read_form_tree(std::string_view bytes, TreeLimits limits) {
  Tree root;
  root.kind = Tree::Kind::object;
  root.end = bytes.size();
  if (bytes.size() > limits.bytes_max || bytes.empty()) return std::nullopt;
  for (std::size_t begin = 0; begin <= bytes.size();) {
    const auto end = std::min(bytes.find('&', begin), bytes.size());
    const auto pair = bytes.substr(begin, end - begin);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0) return std::nullopt;
    auto name = percent_decoded(pair.substr(0, equals), Plus::space);
    auto value = percent_decoded(pair.substr(equals + 1), Plus::space);
    if (!name || !value || root.find(*name) != nullptr || root.children.size() >= limits.nodes_max) return std::nullopt;
    Tree member;
    member.kind = Tree::Kind::text;
    member.name = std::move(*name);
    member.text = std::move(*value);
    member.begin = begin + equals + 1;
    member.end = end;
    root.children.push_back(std::move(member));
    begin = end + 1;
  }
  return root;
}

}  // namespace tael
