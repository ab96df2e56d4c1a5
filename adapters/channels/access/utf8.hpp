// UTF-8, checked and written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tael {

/// Length of the UTF-8 sequence that begins at `at`; 0 when there is none.
std::size_t utf8_length(std::string_view text, std::size_t at);
bool is_utf8(std::string_view text);
void append_utf8(std::string& text, std::uint32_t code_point);

}  // namespace tael
