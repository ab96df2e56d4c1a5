#include "adapters/channels/access/write_body.hpp"

#include "adapters/encoding/percent.hpp"
#include "adapters/encoding/text.hpp"

#include <algorithm>
#include <array>

namespace tael {

namespace {

struct Escape {
  char letter;
  std::string_view written;
};
constexpr auto escapes = std::to_array<Escape>({{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}});

void append_escaped(std::string& xml, std::string_view value) {
  const auto append = [&](std::string_view text) {
    for (const char c : text) {
      const auto* found = std::ranges::find(escapes, c, &Escape::letter);
      if (found != escapes.end())
        xml += found->written;
      else
        xml += c == '\r' ? ' ' : c;  // A reader would make a line feed of it.
    }
  };
  TextScan scan{value, Lines::many};
  std::size_t from = 0;
  while (const auto fault = scan.next()) {
    append(value.substr(from, fault->at - from));
    xml += ' ';
    from = fault->at + fault->length;
  }
  append(value.substr(from));
}

void append_tag(std::string& xml, std::string_view opening, std::string_view name) {
  xml.append(opening).append(name).append(">");
}

}  // namespace

std::string write_form(const BodyFields& fields) {
  std::string form;
  for (const auto& [name, value] : fields)
    form.append(form.empty() ? "" : "&").append(percent_encoded(name)).append("=").append(percent_encoded(value));
  return form;
}

std::string write_xml(std::string_view root, const BodyFields& fields) {
  std::string xml;
  append_tag(xml, "<", root);
  for (const auto& [name, value] : fields) {
    append_tag(xml, "<", name);
    append_escaped(xml, value);
    append_tag(xml, "</", name);
  }
  append_tag(xml, "</", root);
  return xml;
}

}  // namespace tael
