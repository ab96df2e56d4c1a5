// Built from yaml-cpp's events, so that a guard trips before memory is spent: an alias is refused
// when it is met, not after it was expanded.
#include "runtime/config/yaml_tree.hpp"

#include "adapters/encoding/text.hpp"
#include "adapters/encoding/utf8.hpp"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace tael::config {
namespace {

/// Ends the reading of this file: what follows could not be trusted to mean anything.
struct Refused {
  int line;
  std::string why;
};

constexpr const char* key_must_be_plain = "a key must be a plain word";

int line_of(const YAML::Mark& mark) { return mark.line < 0 ? 1 : mark.line + 1; }

/// What is no text would be shown as one thing and mean another, wherever it stands. The time
/// yaml-cpp takes grows with the square of a line's length.
void refuse_foreign_bytes(std::string_view text) {
  int line = 1;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n') {
      ++line;
      line_start = i + 1;
    } else if (i - line_start >= yaml_line_max) {
      throw Refused{line, "a line is longer than 4096 bytes"};
    }
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // Some editors begin files with it.
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const auto fault = TextScan{text, Lines::many}.next();
  if (!fault) return;
  const auto before = text.substr(0, fault->at);
  line = 1 + static_cast<int>(std::ranges::count(before, '\n'));
  if (fault->is_byte) throw Refused{line, "the file is not UTF-8"};
  throw Refused{line, text_fault(text, Lines::many) + ": not allowed, not even in a comment"};
}

class TreeBuilder : public YAML::EventHandler {
 public:
  /// Wrongs that leave the rest of the file readable go to `errors`, so that they are told together.
  TreeBuilder(const std::string& file, std::vector<Error>& errors) : file_(file), errors_(errors) {}

  Yaml root;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    guard(mark, {}, anchor);
    add(node_at(mark, Yaml::Kind::none));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{line_of(mark), "an alias (*name) is not allowed; write the value out"};
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    guard(mark, tag, anchor);
    auto node = node_at(mark, Yaml::Kind::scalar);
    if (const auto fault = text_fault(value, Lines::many); !fault.empty())  // Written as an escape.
      throw Refused{node.line, named_by_key() + "has " + fault + ": not allowed"};
    node.text = value;
    node.plain = tag != "!";
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Yaml::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Yaml::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Yaml node;
    bool awaits_value = false;  // A map's key has come, its value not yet.
    std::string key;
    int key_line = 1;
  };

  static Yaml node_at(const YAML::Mark& mark, Yaml::Kind kind) {
    Yaml node;
    node.kind = kind;
    node.line = line_of(mark);
    return node;
  }

  /// `'owner' ` when a value is awaited under that key.
  std::string named_by_key() const {
    const bool is_value = !levels_.empty() && levels_.back().awaits_value;
    return is_value ? "'" + shown(levels_.back().key) + "' " : "a text ";
  }

  void guard(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (++nodes_ > yaml_nodes_max) throw Refused{line_of(mark), "more than 10000 values in one file"};
    if (anchor != YAML::NullAnchor) errors_.push_back({file_, line_of(mark), "an anchor (&name) is not allowed"});
    if (!tag.empty() && tag != "?" && tag != "!")
      errors_.push_back({file_, line_of(mark), "a tag (!type) is not allowed"});
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Yaml::Kind kind) {
    guard(mark, tag, anchor);
    if (levels_.size() >= yaml_depth_max) throw Refused{line_of(mark), "nested deeper than 20 levels"};
    if (!levels_.empty() && takes_key(levels_.back())) throw Refused{line_of(mark), key_must_be_plain};
    levels_.push_back({node_at(mark, kind), false, {}, 1});
  }

  void close() {
    auto done = std::move(levels_.back().node);
    levels_.pop_back();
    add(std::move(done));
  }

  static bool takes_key(const Level& level) { return level.node.kind == Yaml::Kind::map && !level.awaits_value; }

  void add(Yaml node) {
    if (levels_.empty()) {
      root = std::move(node);
      return;
    }
    auto& level = levels_.back();
    if (takes_key(level)) return take_key(level, node);
    level.awaits_value = false;
    if (level.node.kind == Yaml::Kind::map) {
      if (level.node.find(level.key) != nullptr) return;  // Told already; the first one stays.
      node.key = level.key;
      node.key_line = level.key_line;
      if (node.kind == Yaml::Kind::none) node.line = level.key_line;
    } else {
      node.key_line = node.line;
    }
    level.node.children.push_back(std::move(node));
  }

  void take_key(Level& level, const Yaml& key) {
    if (key.kind != Yaml::Kind::scalar || key.text.empty()) throw Refused{key.line, key_must_be_plain};
    if (key.text == "<<") throw Refused{key.line, "a merge key (<<) is not allowed; write the keys out"};
    if (const auto* earlier = level.node.find(key.text))
      errors_.push_back(
          {file_, key.line,
           "key '" + shown(key.text) + "' was already given in line " + std::to_string(earlier->key_line)});
    level.key = key.text;
    level.key_line = key.line;
    level.awaits_value = true;
  }

  const std::string& file_;
  std::vector<Error>& errors_;
  std::vector<Level> levels_;
  std::size_t nodes_ = 0;
};

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::size_t length_max = 60;
  const auto clean = escape_controls(text);
  return clean.size() <= length_max ? clean : std::string{whole_characters(clean, length_max)} + "...";
}

const Yaml* Yaml::find(std::string_view wanted) const {
  if (kind != Kind::map) return nullptr;
  for (const auto& child : children)
    if (child.key == wanted) return &child;
  return nullptr;
}

namespace {

/// The first line that a tab indents; 0 when none is.
int line_indented_by_tab(std::string_view text) {
  int line = 0;
  for (auto rest = text; !rest.empty();) {
    ++line;
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto blank = rest.substr(0, std::min(rest.find_first_not_of(" \t"), end));
    if (blank.size() < end && blank.find('\t') != std::string_view::npos) return line;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return 0;
}

/// In the words of whoever wrote the file: the parser only says what it missed, or takes what follows a tab for
/// something else.
Refused in_writers_words(std::string_view text, int line, const std::string& why) {
  if (const auto tab = line_indented_by_tab(text); tab != 0)
    return {tab, "a tab indents this line; YAML takes spaces only"};
  const bool missed_an_end = why.ends_with(" not found");
  return {line,
          why + (missed_an_end ? "; the indentation fits no line above, or a bracket or a quote is not closed" : "")};
}

}  // namespace

Yaml parse_yaml(std::string_view text, const std::string& file, std::vector<Error>& errors) {
  try {
    if (text.size() > yaml_bytes_max) throw Refused{1, "the file is larger than 256 KiB"};
    refuse_foreign_bytes(text);
    std::istringstream in{std::string{text}};
    YAML::Parser parser{in};
    TreeBuilder builder{file, errors};
    if (!parser.HandleNextDocument(builder)) throw Refused{1, "the file is empty"};
    TreeBuilder second{file, errors};
    if (parser.HandleNextDocument(second)) throw Refused{second.root.line, "a second document is not allowed"};
    if (builder.root.kind == Yaml::Kind::none) throw Refused{1, "the file is empty"};
    return std::move(builder.root);
  } catch (const Refused& refused) {
    const auto told = refused.why == key_must_be_plain ? in_writers_words(text, refused.line, refused.why) : refused;
    errors.push_back({file, told.line, told.why});
  } catch (const YAML::Exception& wrong) {
    const auto told = in_writers_words(text, line_of(wrong.mark), "is no YAML: " + wrong.msg);
    errors.push_back({file, told.line, told.why});
  }
  return {};
}

}  // namespace tael::config
