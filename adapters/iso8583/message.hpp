// One ISO 8583 message as values: digits and text as characters, binary fields as raw bytes.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace tael::iso8583 {

struct Message {
  std::string header;  ///< As on the wire; empty where the dialect has none.
  std::string type;    ///< Four digits.
  std::map<int, std::string> fields;

  bool has(int de) const { return fields.contains(de); }
  /// Empty when it is not there.
  std::string_view at(int de) const {
    const auto found = fields.find(de);
    return found == fields.end() ? std::string_view{} : std::string_view{found->second};
  }
  /// The same without the spaces that fill a fixed text.
  std::string_view word(int de) const {
    auto text = at(de);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
  }
  friend bool operator==(const Message&, const Message&) = default;
};

/// For people and for the exchange log: `0200 DE3=000000 DE4=...`. Card numbers lose their middle; tracks, PIN blocks,
/// chip data and MACs are only counted.
std::string describe(const Message& message);

}  // namespace tael::iso8583
