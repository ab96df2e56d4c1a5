#include "runtime/config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace tael::config {
namespace {

/// Edits between two words; swapping two neighbours counts once, as fingers do it.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, last(b.size() + 1), current(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        current[j] = std::min(current[j], before[j - 2] + 1);
    }
    before = last;
    last = current;
  }
  return last.back();
}

constexpr std::size_t word_length_max = 64;  // Longer ones are no misspelling, and would cost time.

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> words) {
  std::string best;
  if (word.empty() || word.size() > word_length_max) return best;
  auto edits_min = word.size() / 3 + 1;
  for (const auto& candidate : words) {
    if (candidate.size() > word_length_max) continue;
    const auto edits = edits_between(word, candidate);
    if (edits >= candidate.size() || edits > edits_min || (edits == edits_min && !best.empty())) continue;
    edits_min = edits;
    best = candidate;
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string> words) {
  if (const auto found = nearest(word, words); !found.empty()) return ", did you mean '" + found + "'?";
  std::string all;
  for (const auto& candidate : words) all += (all.empty() ? "; there are: " : ", ") + candidate;
  return all.empty() ? "; there are none" : all;
}

}  // namespace tael::config
