// Finds the end of a request's head in raw bytes and refuses there what parsers are known to disagree about: bare
// line feeds, NUL, folded lines. Parsers behind us must never see a head that two readers could read differently.
#pragma once

#include <cstddef>
#include <string_view>

namespace tael::http {

struct HeaderScan {
  enum class Verdict { more, complete, too_large, malformed };
  Verdict verdict = Verdict::more;
  std::size_t size = 0;  ///< Of the head with its empty line, when complete.
  std::string_view why;  ///< When refused.
};

struct HeaderLimits {
  std::size_t bytes_max = 16'384;
  std::size_t lines_max = 65;  ///< The request line counts as one.
};

/// Remembers how far it has read, so that a head arriving byte by byte costs no more than one arriving whole.
class HeaderScanner {
 public:
  explicit HeaderScanner(HeaderLimits limits) : limits_(limits) {}
  /// `text` is everything received since the head began; it only grows between calls.
  HeaderScan scan(std::string_view text);

 private:
  HeaderLimits limits_;
  std::size_t at_ = 0, line_start_ = 0, lines_ = 0;
};

}  // namespace tael::http
