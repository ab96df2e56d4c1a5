// Lets judges hear and speak our codec. Each line in gives one line out:
//   encode DIALECT KEYHEX|- TYPE DE=VALUE...   the message in hex, sealed by X9.19 when there is a key
//   decode DIALECT KEYHEX|- HEX                TYPE DE=VALUE..., then `sealed` or `not sealed`; or `error: ...`
#include "adapters/encoding/hex.hpp"
#include "adapters/iso8583/mac.hpp"

#include <iostream>
#include <sstream>

namespace tael::iso8583 {
namespace {

MacKey key_of_hex(const std::string& hex) { return hex == "-" ? MacKey{} : MacKey{MacAlgorithm::x919, from_hex(hex)}; }

std::string answer(std::istringstream& words) {
  std::string verb, dialect_name, key_hex, word;
  words >> verb >> dialect_name >> key_hex >> word;
  const auto& dialect = dialect_name == "cup_bcd" ? cup_bcd : ascii87;
  const auto key = key_of_hex(key_hex);
  if (verb == "decode") {
    const auto bytes = from_hex(word);
    const auto decoded = decode(bytes, dialect);
    if (!decoded.error.empty()) return "error: " + decoded.error;
    auto text = decoded.message.type;
    for (const auto& [de, value] : decoded.message.fields)
      text += " " + std::to_string(de) + "=" +
              (find_field(dialect, de)->content == Content::binary ? to_hex(value) : value);
    return text + (is_sealed(bytes, decoded.message, dialect, key) ? " sealed" : " not sealed");
  }
  Message message{std::string(static_cast<std::size_t>(dialect.header_bytes), '\0'), word, {}};
  while (words >> word) {
    const auto equals = word.find('=');
    const int de = std::stoi(word.substr(0, equals));
    const auto value = word.substr(equals + 1);
    const auto* spec = find_field(dialect, de);
    message.fields[de] = spec != nullptr && spec->content == Content::binary ? from_hex(value) : value;
  }
  const auto sealed = seal(std::move(message), dialect, key);
  return sealed.error.empty() ? to_hex(sealed.bytes) : "error: " + sealed.error;
}

}  // namespace
}  // namespace tael::iso8583

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words{line};
    std::cout << tael::iso8583::answer(words) << std::endl;
  }
}
