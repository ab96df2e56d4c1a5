// The valid word a misspelt one was probably meant to be.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tael::config {

/// The nearest of `words`, or nothing (empty) when none is near enough to suggest.
std::string nearest(std::string_view word, std::span<const std::string> words);

/// `, did you mean 'open_for'?` or, when none is near, `; there are: a, b, c`.
std::string suggestion(std::string_view word, std::span<const std::string> words);

}  // namespace tael::config
