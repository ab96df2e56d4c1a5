// HTML written tag by tag. Whatever is given as text or as an attribute's value is escaped, always; only `trusted`
// takes markup, and only of our own making. Elements are closed in order, so a page cannot lose its shape.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

/// For text and for quoted attribute values alike. What is no text (encoding/text.hpp) leaves.
std::string escape_html(std::string_view text);

/// An attribute without a name is left out, so that a condition can stand in its place.
struct HtmlAttribute {
  std::string_view name;
  std::string value{};
};
using HtmlAttributes = std::initializer_list<HtmlAttribute>;

class Html {
 public:
  Html& open(std::string_view tag, HtmlAttributes attributes = {});
  /// Closes the innermost open element.
  Html& close();
  Html& text(std::string_view text);
  /// An element with nothing but text in it.
  Html& leaf(std::string_view tag, std::string_view text, HtmlAttributes attributes = {});
  /// An element that never has content: input, meta, link, br.
  Html& lone(std::string_view tag, HtmlAttributes attributes = {});
  Html& trusted(std::string_view markup);

  /// The markup so far, with every open element closed.
  std::string take();

 private:
  void begin(std::string_view tag, HtmlAttributes attributes);

  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace tael
