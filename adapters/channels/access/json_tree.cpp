// A small strict JSON reader. Boost.JSON keeps the last of two members of one name and forgets where a value stood;
// what is signed must be read in one way only, and some of it is signed byte for byte.
#include "adapters/channels/access/member_places.hpp"
#include "adapters/encoding/utf8.hpp"

namespace tael {
namespace {

/// How bytes beyond ASCII are stepped over in a text. The second byte of a GBK pair may be a backslash.
enum class Stepping { single, pairs };

class JsonReader {
 public:
  JsonReader(std::string_view bytes, TreeLimits limits, Stepping stepping)
      : bytes_(bytes), limits_(limits), stepping_(stepping) {}

  std::optional<Tree> read() {
    Tree root;
    if (bytes_.size() > limits_.bytes_max) return std::nullopt;
    take_word("\xEF\xBB\xBF");
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
    ++nodes_;
    out.begin = at_;
    const bool nests = peek() == '{' || peek() == '[';
    const bool good = nests && depth >= limits_.depth_max ? step_over(out)
                      : peek() == '{'                     ? object(out, depth)
                      : peek() == '['                     ? list(out, depth)
                      : peek() == '"'                     ? (out.kind = Tree::Kind::text, text(out.text, out.unclear))
                                                          : scalar(out);
    out.end = at_;
    return good;
  }

  /// What lies too deep: all that matters is where it ends.
  bool step_over(Tree& out) {
    out.unclear = true;
    std::string open;
    do {
      skip_blanks();
      const char c = peek();
      if (c == '{' || c == '[') {
        open += c;
        ++at_;
      } else if (c == '}' || c == ']') {
        if (open.back() != (c == '}' ? '{' : '[')) return false;
        open.pop_back();
        ++at_;
      } else if (c == ',' || c == ':') {
        ++at_;
      } else {
        Tree ignored;
        if (c == '"' ? !text(ignored.text, ignored.unclear) : !scalar(ignored)) return false;
      }
    } while (!open.empty());
    return true;
  }

  bool object(Tree& out, std::size_t depth) {
    out.kind = Tree::Kind::object;
    ++at_;
    skip_blanks();
    if (take('}')) return true;
    MemberPlaces places;
    do {
      skip_blanks();
      Tree member;
      std::string name;
      bool unclear = false;
      if (!text(name, unclear)) return false;
      skip_blanks();
      if (!take(':')) return false;
      skip_blanks();
      if (!value(member, depth + 1)) return false;
      member.name = std::move(name);
      member.unclear = member.unclear || unclear;
      places.put(out, std::move(member));
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
      if (nodes_ > limits_.nodes_max)
        out.unclear = true;
      else
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

  bool text(std::string& out, bool& unclear) {
    if (!take('"')) return false;
    while (at_ < bytes_.size()) {
      const char c = bytes_[at_++];
      if (c == '"') {
        unclear = unclear || !is_utf8(out);
        return true;
      }
      if (c == '\\') {
        if (!escape(out)) unclear = true;
        continue;
      }
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20) unclear = true;
      out += c;
      if (stepping_ == Stepping::pairs && byte > 0x80 && at_ < bytes_.size()) out += bytes_[at_++];
    }
    return false;
  }

  /// False when it means nothing; then the text goes on behind what could be read of it.
  bool escape(std::string& out) {
    static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (at_ == bytes_.size()) return false;
    const char c = bytes_[at_++];
    if (c == 'u') return code_point(out);
    const auto which = letters.find(c);
    if (which == std::string_view::npos) return false;
    out += meanings[which];
    return true;
  }

  bool unit(std::uint32_t& out) {
    out = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = peek();
      const auto letter =
          std::string_view{"0123456789abcdef"}.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
      if (letter == std::string_view::npos) return false;
      ++at_;
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
  Stepping stepping_;
  std::size_t at_ = 0, nodes_ = 0;
};

}  // namespace

std::optional<Tree> read_json_tree(std::string_view bytes, TreeLimits limits) {
  auto tree = JsonReader{bytes, limits, Stepping::single}.read();
  if (tree || is_utf8(bytes)) return tree;
  return JsonReader{bytes, limits, Stepping::pairs}.read();
}

}  // namespace tael
