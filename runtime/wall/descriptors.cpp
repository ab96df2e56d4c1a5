#include "runtime/wall/descriptors.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace tael {
namespace {

/// More is of no use, and some programs that we start close all that they might have.
constexpr rlim_t limit_max = 1'048'576;
/// For calls to institutions and businesses, the store, the log, and newcomers on their way to being refused.
constexpr std::size_t kept = 512;
constexpr std::size_t operators_max = 96;
constexpr std::size_t connections_min = 32;

}  // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  rlimit raised = limit;
  raised.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, limit_max));
  return static_cast<std::size_t>(setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur);
}

std::optional<Places> places_within(std::size_t descriptors, std::size_t wanted) {
  const auto operators = std::min(wanted, operators_max);
  const auto taken = kept + 2 * operators;
  const auto left = descriptors > taken ? descriptors - taken : 0;
  const Places places{std::min(wanted, left / 2), operators};
  if (places.connections < std::min(wanted, connections_min)) return std::nullopt;
  return places;
}

}  // namespace tael
