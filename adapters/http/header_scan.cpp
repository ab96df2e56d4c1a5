#include "adapters/http/header_scan.hpp"

namespace tael::http {

HeaderScan HeaderScanner::scan(std::string_view text) {
  using enum HeaderScan::Verdict;
  for (; at_ < text.size(); ++at_) {
    if (at_ >= limits_.bytes_max) return {too_large, 0, "the head of the request is too large"};
    const char c = text[at_];
    if (c == '\0') return {malformed, 0, "NUL in the head"};
    if (at_ == line_start_ && (c == ' ' || c == '\t')) return {malformed, 0, "folded header line"};
    if (c != '\n') {
      if (at_ > line_start_ && text[at_ - 1] == '\r') return {malformed, 0, "carriage return inside a line"};
      continue;
    }
    if (at_ == line_start_ || text[at_ - 1] != '\r') return {malformed, 0, "line feed without carriage return"};
    const bool empty = at_ - line_start_ == 1;
    if (empty) return {complete, at_ + 1, {}};
    if (++lines_ > limits_.lines_max) return {too_large, 0, "too many headers"};
    line_start_ = at_ + 1;
  }
  return {};
}

}  // namespace tael::http
