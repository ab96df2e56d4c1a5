// Makes an exchange fit to be written down: secrets, signatures and card numbers leave, control
// characters and bytes that are not UTF-8 are escaped, and the text ends at 8 KiB. Masking comes
// first, so a card number across the cut leaves as well. It masks too much rather than too little.
#pragma once

#include "actors/ports/http_client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tael {

inline constexpr std::size_t exchange_bytes_max = 8'192;

class Masking {
 public:
  /// `secrets` leave wherever they stand; values of the headers, JSON members, XML elements and fields of forms in
  /// `hidden_names` (lower case) leave beside those of hidden_names.hpp.
  Masking(std::vector<std::string> secrets, std::vector<std::string> hidden_names);

  /// One line: masked and escaped, not cut.
  std::string line(std::string_view raw) const;
  /// First line, headers, an empty line and the body, at most `exchange_bytes_max`.
  std::string message(std::string_view first_line, const HttpHeaders& headers, std::string_view body) const;

 private:
  bool hides(std::string_view name) const;
  std::string without_hidden_members(std::string_view json) const;
  std::string without_hidden_pairs(std::string_view text) const;

  std::vector<std::string> secrets_;
  std::vector<std::string> hidden_names_;
};

}  // namespace tael
