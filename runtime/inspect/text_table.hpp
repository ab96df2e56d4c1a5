// Rows with aligned columns, for people. Numbers stand right, the last column is not padded.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace tael {

class TextTable {
 public:
  /// A heading that begins with `>` makes its column stand right. No headings: none are printed.
  explicit TextTable(std::vector<std::string> headings) : headings_(std::move(headings)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  /// Every line as it is printed, heading first.
  std::vector<std::string> lines() const;
  void print(std::ostream& out, const std::string& indent = "") const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

/// What a terminal shows of it: what is no text is spelled out (`\\n`, `\\u{85}`), and after `most` bytes it ends with
/// `...`.
std::string printable(std::string text, std::size_t most = 200);

}  // namespace tael
