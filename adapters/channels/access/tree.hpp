// What a body says, as a read-only tree: one shape for JSON, XML and forms. Each value knows where its bytes stood, so
// that a signature can be checked over exactly them. Every reader is strict and bounded: what two programs could read
// differently (duplicate names, rubbish behind the end, entities) is not read at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

struct TreeLimits {
  std::size_t bytes_max = 262'144;
  std::size_t depth_max = 16;
  std::size_t nodes_max = 10'000;
};

struct Tree {
  enum class Kind { null, boolean, number, text, list, object };
  Kind kind = Kind::null;
  std::string name;                ///< In its parent; empty in a list and at the root.
  std::string text;                ///< Decoded for a text, as written for a number or a boolean.
  std::size_t begin = 0, end = 0;  ///< Its bytes: of an object from brace to brace.
  std::vector<Tree> children;

  /// Nothing when there is no such member.
  const Tree* find(std::string_view member) const {
    for (const auto& child : children)
      if (child.name == member) return &child;
    return nullptr;
  }
  /// Follows a path `amount/total`.
  const Tree* at(std::string_view path) const;
  /// Of a text member; empty when it is not there or no text.
  std::string_view text_of(std::string_view path) const;
};

/// UTF-8 JSON, RFC 8259. Nothing for what is not that, has a name twice in one object, or is beyond a limit.
std::optional<Tree> read_json_tree(std::string_view bytes, TreeLimits limits = {});

/// Elements, text and CDATA. No attributes, no DOCTYPE, no entities but the five that XML itself has, no comments, no
/// processing instruction but the declaration. Names are unique among siblings. The root itself is the tree.
std::optional<Tree> read_xml_tree(std::string_view bytes, TreeLimits limits = {});

/// `a=1&b=2`, decoded; names are unique.
std::optional<Tree> read_form_tree(std::string_view bytes, TreeLimits limits = {});

}  // namespace tael
