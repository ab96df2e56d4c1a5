// What text is: one rule for requests, the configuration, channels' words and whatever is written or shown. Text is
// UTF-8 that a reader sees as it is: no controls, nothing that turns its direction, nothing that cannot be seen. What
// joins characters (emoji, Persian, Indic scripts), variation selectors and the tags of a flag stay where they do their
// work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

/// A line has no tab and no line's end; lines may.
enum class Lines : std::uint8_t { one, many };

/// The first thing in `text` that is no part of a text.
struct TextFault {
  std::size_t at = 0, length = 0;
  std::uint32_t point = 0;  ///< Its code point, or the byte that is no UTF-8.
  std::string_view what;    ///< `a control character`
  bool is_byte = false;
};

/// Goes through a text fault by fault.
class TextScan {
 public:
  TextScan(std::string_view text, Lines lines) : text_(text), lines_(lines) {}
  std::optional<TextFault> next();

 private:
  std::string_view what_is_wrong_with(std::uint32_t point, std::size_t end) const;

  std::string_view text_;
  Lines lines_;
  std::size_t at_ = 0;
  std::uint32_t before_ = ' ';  ///< The code point before; a text begins as if behind a blank.
};

bool is_text(std::string_view text, Lines lines = Lines::one);

/// `U+0085, a control character` of the first fault; empty when there is none.
std::string text_fault(std::string_view text, Lines lines = Lines::one);

/// What no text has wherever it stands: for writers that look at one character at a time.
bool is_never_text(std::uint32_t point);

/// Every fault of a line spelled out, `\n`, `\x1b`, `\u{200e}`: for what is kept of a stranger's words and for
/// terminals.
std::string escape_controls(std::string_view text);

/// Text with nothing to see before its first and behind its last character: how a configured name stands.
bool has_blank_edges(std::string_view text);

}  // namespace tael
