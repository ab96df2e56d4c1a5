// Whether a story's words mean something: a sentence that would change nothing, or a claim that nothing could make
// wrong, is refused, or pointed out where it can be meant.
#pragma once

#include "runtime/scenario/story.hpp"

#include <string>

namespace tael::scenario {

/// Why a deed with these arguments would do nothing; empty when it does something.
std::string why_it_does_nothing(std::size_t phrase, const Arguments& arguments);
/// Why a fact with these arguments could not be otherwise; empty when it could.
std::string why_it_says_nothing(std::size_t phrase, const Arguments& arguments);

/// Looks at the sentences together: adds errors and notes.
void look_for_sense(const Story& story, StoryRead& read);

/// Whether a deed breaks something, so that it is lost on a world in which everything has ended.
bool is_breakage(std::size_t phrase);

}  // namespace tael::scenario
