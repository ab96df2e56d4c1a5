// A small strict JSON reader. Boost.JSON keeps the last of two members of one name and forgets where a value stood;
// what is signed must be read in one way only, and some of it is signed byte for byte.
#include "adapters/channels/access/tree.hpp"
#include "adapters/encoding/utf8.hpp"

#include <algorithm>
#include <set>

namespace tael {
namespace {

class JsonReader {
 public:
  JsonReader(std::string_view bytes, TreeLimits limits) : bytes_(bytes), limits_(limits) {}

  std::optional<Tree> read() {
    Tree root;
    if (bytes_.size() > limits_.bytes_max || !is_utf8(bytes_)) return std::nullopt;
    skip_blanks();
    if (!value(root, 1)) return std::nullopt;
    skip_blanks();
    return at_ == bytes_.size() ? std::optional{std::move(root)} : std::nullopt;
  }

 private:
  char peek() const { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }
  bool take(char c) { return peek() == c && at_ < bytes_.size() ? (++at_, true) : false; }
  void skip_blanks() {
    while (at_ < bytes_.size() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) ++at_;
  }
  bool take_word(std::string_view word) {
    if (bytes_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  bool value(Tree& out, std::size_t depth) {
    if (depth > limits_.depth_max || ++nodes_ > limits_.nodes_max) return false;
    out.begin = at_;
    const bool good = peek() == '{'   ? object(out, depth)
                      : peek() == '[' ? list(out, depth)
                      : peek() == '"' ? (out.kind = Tree::Kind::text, text(out.text))
                                      : scalar(out);
    out.end = at_;
    return good;
  }

  bool object(Tree& out, std::size_t depth) {
    out.kind = Tree::Kind::object;
    ++at_;
    skip_blanks();
    if (take('}')) return true;
    std::set<std::string> names;
    do {
      skip_blanks();
      Tree member;
      std::string name;
      if (!text(name) || !names.insert(name).second) return false;
      skip_blanks();
      if (!take(':')) return false;
      skip_blanks();
      if (!value(member, depth + 1)) return false;
      member.name = std::move(name);
      out.children.push_back(std::move(member));
      skip_blanks();
    } while (take(','));
    return take('}');
  }

  bool list(Tree& out, std::size_t depth) {
    out.kind = Tree::Kind::list;
    ++at_;
    skip_blanks();
    if (take(']')) return true;
    do {
      skip_blanks();
      Tree item;
      if (!value(item, depth + 1)) return false;
      out.children.push_back(std::move(item));
      skip_blanks();
    } while (take(','));
    return take(']');
  }

  bool scalar(Tree& out) {
    const auto begin = at_;
    if (take_word("null")) return true;
    out.kind = Tree::Kind::boolean;
    const bool is_boolean = take_word("true") || take_word("false");
    if (!is_boolean) {
      out.kind = Tree::Kind::number;
      if (!number()) return false;
    }
    out.text = bytes_.substr(begin, at_ - begin);
    return true;
  }

  bool digits() {
    const auto begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > begin;
  }
  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }

  bool text(std::string& out) {
    if (!take('"')) return false;
    while (at_ < bytes_.size()) {
      const char c = bytes_[at_++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\')
        out += c;
      else if (!escape(out))
        return false;
    }
    return false;
  }

  bool escape(std::string& out) {
    static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    const char c = peek();
    ++at_;
    if (c == 'u') return code_point(out);
    const auto which = letters.find(c);
    if (which == std::string_view::npos || c == '\0') return false;
    out += meanings[which];
    return true;
  }

  bool unit(std::uint32_t& out) {
    if (at_ + 4 > bytes_.size()) return false;
    out = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = bytes_[at_++];
      const auto letter =
          std::string_view{"0123456789abcdef"}.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
      if (letter == std::string_view::npos) return false;
      out = out * 16 + static_cast<std::uint32_t>(letter);
    }
    return true;
  }

  bool code_point(std::string& out) {
    std::uint32_t point = 0;
    if (!unit(point)) return false;
    if (point >= 0xDC00 && point < 0xE000) return false;
    if (point >= 0xD800 && point < 0xDC00) {
      std::uint32_t low = 0;
      if (!take('\\') || !take('u') || !unit(low) || low < 0xDC00 || low >= 0xE000) return false;
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, point);
    return true;
  }

  std::string_view bytes_;
  TreeLimits limits_;
  std::size_t at_ = 0, nodes_ = 0;
};

}  // namespace

std::optional<Tree> read_json_tree(std::string_view bytes, TreeLimits limits) {
  return JsonReader{bytes, limits}.read();
}

}  // namespace tael
