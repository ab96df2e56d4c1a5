#include "adapters/channels/access/tree.hpp"

#include "adapters/channels/access/member_places.hpp"
#include "adapters/encoding/percent.hpp"
#include "adapters/encoding/utf8.hpp"

#include <algorithm>
#include <utility>

namespace tael {

const Tree* Tree::at(std::string_view path) const {
  const auto* found = this;
  while (found != nullptr && !path.empty() && !found->unclear) {
    const auto slash = path.find('/');
    found = found->find(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  return found;
}

std::string_view Tree::text_of(std::string_view path) const {
  const auto* found = at(path);
  const bool is_said = found != nullptr && found->kind == Kind::text && !found->unclear;
  return is_said ? std::string_view{found->text} : std::string_view{};
}

namespace {

/// A form has no end of its own. One that stops before a value or within an escape was cut there, and what it lacks is
/// unknown.
bool is_cut(std::string_view last_pair) {
  const auto escape = last_pair.rfind('%');
  return last_pair.find('=') == std::string_view::npos ||
         (escape != std::string_view::npos && last_pair.size() - escape < 3);
}

}  // namespace

std::optional<Tree> read_form_tree(std::string_view bytes, TreeLimits limits) {
  Tree root;
  root.kind = Tree::Kind::object;
  root.end = bytes.size();
  if (bytes.size() > limits.bytes_max) return std::nullopt;
  MemberPlaces places;
  for (std::size_t begin = 0; begin < bytes.size();) {
    const auto end = std::min(bytes.find('&', begin), bytes.size());
    const auto pair = bytes.substr(begin, end - begin);
    begin = end + 1;
    if (pair.empty()) continue;
    if (end == bytes.size() && is_cut(pair)) return std::nullopt;
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = pair.substr(std::min(equals + 1, pair.size()));
    auto name = percent_decoded(pair.substr(0, equals), Plus::space);
    if (!name || name->empty() || root.children.size() >= limits.nodes_max) return std::nullopt;
    auto decoded = percent_decoded(value, Plus::space);
    Tree member;
    member.kind = Tree::Kind::text;
    member.unclear = !decoded || !is_utf8(*decoded);
    member.name = std::move(*name);
    member.text = decoded ? std::move(*decoded) : std::string{value};
    member.begin = end - value.size();
    member.end = end;
    places.put(root, std::move(member));
  }
  return root.children.empty() ? std::nullopt : std::optional{std::move(root)};
}

}  // namespace tael
