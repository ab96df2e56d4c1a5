// The little of XML that payment protocols use, read by hand. A general parser brings DTDs, entities and name spaces,
// each a way to read a file of ours or to fill our memory; here they cannot be switched on by mistake.
#include "adapters/channels/access/member_places.hpp"
#include "adapters/encoding/utf8.hpp"

#include <array>
#include <charconv>

namespace tael {
namespace {

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
         static_cast<unsigned char>(c) > 0x7F;
}
bool is_name_char(char c) { return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class XmlReader {
 public:
  XmlReader(std::string_view bytes, TreeLimits limits) : bytes_(bytes), limits_(limits) {}

  std::optional<Tree> read() {
    Tree root;
    if (bytes_.size() > limits_.bytes_max) return std::nullopt;
    take("\xEF\xBB\xBF");
    if (!step_over_asides() || !element(root, 1) || !step_over_asides()) return std::nullopt;
    root.name.clear();
    return at_ == bytes_.size() && !root.unclear ? std::optional{std::move(root)} : std::nullopt;
  }

 private:
  bool ahead(std::string_view what) const { return bytes_.substr(at_, what.size()) == what; }
  bool take(std::string_view what) { return ahead(what) ? (at_ += what.size(), true) : false; }
  void skip_blanks() {
    while (at_ < bytes_.size() && is_blank(bytes_[at_])) ++at_;
  }

  bool step_over(std::string_view opening, std::string_view closing) {
    const auto end = bytes_.find(closing, at_ + opening.size());
    if (end == std::string_view::npos) return false;
    at_ = end + closing.size();
    return true;
  }

  /// Comments, instructions and the declaration: what matters is ASCII, whatever the declaration says of the rest.
  bool step_over_aside(bool& stepped) {
    stepped = true;
    if (ahead("<!--")) return step_over("<!--", "-->");
    if (ahead("<?")) return step_over("<?", "?>");
    stepped = false;
    return true;
  }
  bool step_over_asides() {
    for (bool stepped = true; stepped;) {
      skip_blanks();
      if (!step_over_aside(stepped)) return false;
    }
    return true;
  }

  bool name(std::string& out) {
    const auto begin = at_;
    if (at_ >= bytes_.size() || !is_name_start(bytes_[at_])) return false;
    while (at_ < bytes_.size() && is_name_char(bytes_[at_])) ++at_;
    out = bytes_.substr(begin, at_ - begin);
    return true;
  }

  bool attributes() {
    std::string ignored;
    for (skip_blanks(); at_ < bytes_.size() && is_name_start(bytes_[at_]); skip_blanks()) {
      if (!name(ignored)) return false;
      skip_blanks();
      if (!take("=")) return false;
      skip_blanks();
      const auto quote = bytes_.substr(at_, 1);
      if ((quote != "\"" && quote != "'") || !step_over(quote, quote)) return false;
    }
    return true;
  }

  bool element(Tree& out, std::size_t depth) {
    if (depth > limits_.depth_max || ++nodes_ > limits_.nodes_max) return false;
    out.begin = at_;
    if (!take("<") || !name(out.name) || !attributes()) return false;
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

  /// Either text or elements: with text between elements it is unclear.
  bool content(Tree& out, std::size_t depth) {
    bool said_something = false, stepped = false;
    MemberPlaces places;
    while (at_ < bytes_.size() && !ahead("</")) {
      if (!step_over_aside(stepped)) return false;
      if (stepped) continue;
      if (take("<![CDATA[")) {
        const auto end = bytes_.find("]]>", at_);
        if (end == std::string_view::npos) return false;
        out.text += bytes_.substr(at_, end - at_);
        at_ = end + 3;
        said_something = true;
      } else if (ahead("<")) {
        Tree child;
        if (!element(child, depth + 1)) return false;
        out.kind = Tree::Kind::object;
        out.text += child.text;
        places.put(out, std::move(child));
      } else if (ahead("]]>")) {
        return false;
      } else {
        character(out);
        said_something = said_something || !is_blank(bytes_[at_ - 1]);
      }
    }
    out.unclear = out.unclear || (out.children.empty() ? !is_utf8(out.text) : said_something);
    return true;
  }

  void character(Tree& out) {
    const char c = bytes_[at_];
    if (c == '&' && reference(out.text)) return;
    if (c == '&' || (static_cast<unsigned char>(c) < 0x20 && !is_blank(c))) out.unclear = true;
    out.text += c;
    ++at_;
  }

  /// False, and nothing taken, when it is none that XML itself has.
  bool reference(std::string& out) {
    const auto begin = at_;
    if (known_reference(out)) return true;
    at_ = begin;
    return false;
  }

  bool known_reference(std::string& out) {
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
