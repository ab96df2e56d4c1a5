// UTF-8 (RFC 3629): checked, written, and cut between characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tael {

/// Length of the UTF-8 sequence that begins at `at`, which is within `text`; 0 when there is none.
std::size_t utf8_length(std::string_view text, std::size_t at);
/// The code point of the sequence of `length` bytes, not 0, that begins at `at`.
std::uint32_t utf8_point(std::string_view text, std::size_t at, std::size_t length);
bool is_utf8(std::string_view text);
void append_utf8(std::string& text, std::uint32_t code_point);

/// The longest beginning of at most `bytes_max` bytes that ends in no character's middle.
std::string_view whole_characters(std::string_view text, std::size_t bytes_max);

}  // namespace tael
