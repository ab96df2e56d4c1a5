// What a body says, as a read-only tree: one shape for JSON, XML and forms. Each value knows where its bytes stood, so
// that a signature can be checked over exactly them. Every reader is bounded and strict about where things begin and
// end. About what they say it is not: a value that nobody can read (bytes that are no UTF-8, a name that is there
// twice) is `unclear`, and what is wrong with a part nobody needs leaves the rest as good as it is.
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
  std::string name;  ///< In its parent; empty in a list and at the root.
  std::string text;  ///< Decoded for a text, as written for a number or a boolean; in XML all text inside.
  std::size_t begin = 0, end = 0;  ///< Its bytes: of an object from brace to brace.
  std::vector<Tree> children;
  /// Nobody can tell what it says: its bytes are no UTF-8, an escape of it means nothing, its parent has the name twice
  /// (this is the last of them), or it is more than is kept. Its `text` is then what could be made of it.
  bool unclear = false;

  /// Nothing when there is no such member.
  const Tree* find(std::string_view member) const {
    for (const auto& child : children)
      if (child.name == member) return &child;
    return nullptr;
  }
  /// Follows a path `amount/total`, and ends early at what is unclear.
  const Tree* at(std::string_view path) const;
  /// Of a text member; empty when it is not there, no text or unclear.
  std::string_view text_of(std::string_view path) const;
};

/// JSON, RFC 8259, with any bytes inside its texts. Values deeper than `depth_max`, and items of lists beyond
/// `nodes_max`, are stepped over. Nothing for what is no JSON or longer than `bytes_max`.
std::optional<Tree> read_json_tree(std::string_view bytes, TreeLimits limits = {});

/// Elements, text and CDATA; attributes, comments and instructions are stepped over. No DOCTYPE, and so no entities but
/// the five that XML itself has. The root itself is the tree.
std::optional<Tree> read_xml_tree(std::string_view bytes, TreeLimits limits = {});

/// `a=1&b=2`, decoded.
std::optional<Tree> read_form_tree(std::string_view bytes, TreeLimits limits = {});

}  // namespace tael
