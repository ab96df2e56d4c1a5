// Takes secrets and card numbers out of text before anyone can read it. Pure and immutable: the log asks it for
// every value, so no caller has to remember. It hides too much rather than too little.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tael {

class Redactor {
 public:
  /// `secrets` (keys, tokens and salts from the configuration) leave wherever they stand; those shorter than
  /// 6 bytes are not looked for: they would blank out half of every text.
  explicit Redactor(std::vector<std::string> secrets = {});

  /// Free text: configured secrets, `whsec_...` and its like, `Authorization: ...`, `password=...`,
  /// `"token":"..."`, the password in a URL, private keys in PEM, card numbers (as `411111******1111`).
  std::string text(std::string_view raw) const;
  /// The value of a field: nothing of it is left when the name itself says secret.
  std::string value(std::string_view name, std::string_view raw) const;

 private:
  std::size_t secret_at(std::string_view rest) const;

  std::vector<std::string> secrets_;                                ///< Longest first.
  std::unordered_multimap<std::uint32_t, std::size_t> beginnings_;  ///< First four bytes to places in `secrets_`.
  std::bitset<65'536> may_begin_;                                   ///< Rules nearly every place out at once.
};

}  // namespace tael
