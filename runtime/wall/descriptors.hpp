// How many connections fit into what the system lets a process open.
#pragma once

#include <cstddef>
#include <optional>

namespace tael {

/// Raises the soft limit of descriptors to the hard one, as far as is of use, and returns what holds now.
std::size_t raise_descriptor_limit();

/// What each listener may hold open. Beside it there is always room for calls out, the store and files.
struct Places {
  std::size_t connections = 0;  ///< Of the API; as many of its answers may go on beside them.
  std::size_t operators = 0;    ///< Of the operators' listener, and as many answers.
};

/// `wanted`, or less where the limit does not hold it; nothing when it holds no work at all.
std::optional<Places> places_within(std::size_t descriptors, std::size_t wanted);

}  // namespace tael
