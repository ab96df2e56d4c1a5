#include "adapters/channels/access/hidden_names.hpp"

#include <algorithm>
#include <array>

namespace tael {
namespace {

constexpr auto hidden_names = std::to_array<std::string_view>(
    {"authorization", "cookie", "token", "secret", "salt", "signature", "sign", "password", "passwd", "passphrase",
     "api_key", "apikey", "private_key", "cvv", "cvv2", "cvc", "pin", "track2",
     // What a payer shows pays until it is used.
     "auth_code"});

char plain(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == '-' ? '_' : c; }

}  // namespace

bool is_called(std::string_view name, std::string_view word) {
  if (name.size() < word.size()) return false;
  const auto before = name.size() - word.size();
  return std::ranges::equal(name.substr(before), word, {}, plain) && (before == 0 || plain(name[before - 1]) == '_');
}

bool is_hidden_name(std::string_view name) {
  return std::ranges::any_of(hidden_names, [&](std::string_view word) { return is_called(name, word); });
}

}  // namespace tael
