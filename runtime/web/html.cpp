#include "runtime/web/html.hpp"

#include "adapters/encoding/text.hpp"

#include <utility>

namespace tael {

namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '\r': break;
      default: out += c;
    }
  }
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  TextScan scan{text, Lines::many};
  std::size_t from = 0;
  while (const auto fault = scan.next()) {
    append_escaped(out, text.substr(from, fault->at - from));
    from = fault->at + fault->length;
  }
  append_escaped(out, text.substr(from));
  return out;
}

void Html::begin(std::string_view tag, HtmlAttributes attributes) {
  out_.append("<").append(tag);
  for (const auto& [name, value] : attributes) {
    if (name.empty()) continue;
    out_.append(" ").append(name).append("=\"").append(escape_html(value)).append("\"");
  }
  out_ += '>';
}

Html& Html::open(std::string_view tag, HtmlAttributes attributes) {
  begin(tag, attributes);
  open_.emplace_back(tag);
  return *this;
}

Html& Html::close() {
  if (open_.empty()) return *this;
  out_.append("</").append(open_.back()).append(">");
  open_.pop_back();
  return *this;
}

Html& Html::text(std::string_view text) {
  out_ += escape_html(text);
  return *this;
}

Html& Html::leaf(std::string_view tag, std::string_view text, HtmlAttributes attributes) {
  begin(tag, attributes);
  out_.append(escape_html(text)).append("</").append(tag).append(">");
  return *this;
}

Html& Html::lone(std::string_view tag, HtmlAttributes attributes) {
  begin(tag, attributes);
  return *this;
}

Html& Html::trusted(std::string_view markup) {
  out_ += markup;
  return *this;
}

std::string Html::take() {
  while (!open_.empty()) close();
  return std::exchange(out_, {});
}

}  // namespace tael
