// The little of XML that payment protocols use, read by hand. A general parser brings DTDs, entities and name spaces,
// each a way to read a file of ours or to fill our memory; here they cannot be switched on by mistake.
#include "adapters/channels/access/tree.hpp"
#include "adapters/encoding/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tael {
namespace {

constexpr std::size_t name_length_max = 64;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class XmlReader {
 public:
  XmlReader(std::string_view bytes, TreeLimits limits) : bytes_(bytes), limits_(limits) {}

  std::optional<Tree> read() {
    Tree root;
    if (bytes_.size() > limits_.bytes_max || !is_utf8(bytes_) || !declaration()) return std::nullopt;
    skip_blanks();
    if (!element(root, 1)) return std::nullopt;
    skip_blanks();
    root.name.clear();
    return at_ == bytes_.size() ? std::optional{std::move(root)} : std::nullopt;
  }

 private:
  bool ahead(std::string_view what) const { return bytes_.substr(at_, what.size()) == what; }
  bool take(std::string_view what) { return ahead(what) ? (at_ += what.size(), true) : false; }
  void skip_blanks() {
    while (at_ < bytes_.size() && is_blank(bytes_[at_])) ++at_;
  }

  bool declaration() {
    take("\xEF\xBB\xBF");
    if (!ahead("<?xml ")) return true;
    const auto end = bytes_.find("?>", at_);
    if (end == std::string_view::npos) return false;
    const auto inside = bytes_.substr(at_, end - at_);
    at_ = end + 2;
    const auto encoding = inside.find("encoding");
    return encoding == std::string_view::npos || inside.find("UTF-8", encoding) != std::string_view::npos ||
           inside.find("utf-8", encoding) != std::string_view::npos;
  }

  bool name(std::string& out) {
    const auto begin = at_;
    if (at_ >= bytes_.size() || !is_name_start(bytes_[at_])) return false;
    while (at_ < bytes_.size() && is_name_char(bytes_[at_])) ++at_;
    out = bytes_.substr(begin, at_ - begin);
    return out.size() <= name_length_max;
  }

  bool element(Tree& out, std::size_t depth) {
    if (depth > limits_.depth_max || ++nodes_ > limits_.nodes_max) return false;
    out.begin = at_;
    if (!take("<") || !name(out.name)) return false;
    skip_blanks();
    out.kind = Tree::Kind::text;
    if (take("/>")) return out.end = at_, true;
    if (!take(">") || !content(out, depth)) return false;
    std::string closing;
    if (!take("</") || !name(closing) || closing != out.name) return false;
    skip_blanks();
    const bool closed = take(">");
    out.end = at_;
    return closed;
  }

  /// Either text or elements: text between elements may only be blank.
  bool content(Tree& out, std::size_t depth) {
    bool said_something = false;
    while (at_ < bytes_.size() && !ahead("</")) {
      if (take("<![CDATA[")) {
        const auto end = bytes_.find("]]>", at_);
        if (end == std::string_view::npos) return false;
        out.text += bytes_.substr(at_, end - at_);
        at_ = end + 3;
        said_something = true;
      } else if (ahead("<")) {
        Tree child;
        if (!element(child, depth + 1) || out.find(child.name) != nullptr) return false;
        out.kind = Tree::Kind::object;
        out.children.push_back(std::move(child));
      } else if (!character(out.text, said_something)) {
        return false;
      }
    }
    if (out.children.empty()) return true;
    out.text.clear();
    return !said_something;
  }

  bool character(std::string& out, bool& said_something) {
    const char c = bytes_[at_];
    if (c == '&') return said_something = true, reference(out);
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && !is_blank(c)) || ahead("]]>")) return false;
    said_something = said_something || !is_blank(c);
    out += c;
    ++at_;
    return true;
  }

  bool reference(std::string& out) {
    struct Row {
      std::string_view name;
      char meaning;
    };
    static constexpr auto known =
        std::to_array<Row>({{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}});
    for (const auto& row : known)
      if (take(row.name)) return out += row.meaning, true;
    if (!take("&#")) return false;
    const int base = take("x") ? 16 : 10;
    std::uint32_t point = 0;
    const auto [stop, error] = std::from_chars(bytes_.data() + at_, bytes_.data() + bytes_.size(), point, base);
    at_ = static_cast<std::size_t>(stop - bytes_.data());
    const bool is_character = point == 9 || point == 10 || point == 13 || (point >= 0x20 && point < 0xD800) ||
                              (point >= 0xE000 && point < 0xFFFE) || (point >= 0x10000 && point < 0x110000);
    if (error != std::errc{} || !is_character || !take(";")) return false;
    append_utf8(out, point);
    return true;
  }

  std::string_view bytes_;
  TreeLimits limits_;
  std::size_t at_ = 0, nodes_ = 0;
};

}  // namespace

std::optional<Tree> read_xml_tree(std::string_view bytes, TreeLimits limits) { return XmlReader{bytes, limits}.read(); }

}  // namespace tael
