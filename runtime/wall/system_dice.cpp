#include "runtime/wall/system_dice.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <sys/random.h>
#include <system_error>

namespace tael {

namespace {

/// 256 bytes: the most that getrandom(2) hands over whole even when a signal arrives.
struct Handful {
  std::array<std::uint64_t, 32> rolls;
  std::size_t left = 0;

  void refill() {
    ssize_t got;
    do got = ::getrandom(rolls.data(), sizeof rolls, 0);
    while (got < 0 && errno == EINTR);
    if (got != static_cast<ssize_t>(sizeof rolls))
      throw std::system_error(got < 0 ? errno : EIO, std::generic_category(), "getrandom");
    left = rolls.size();
  }
};

}  // namespace

std::uint64_t SystemDice::roll() {
  thread_local Handful handful;
  if (handful.left == 0) handful.refill();
  const auto rolled = handful.rolls[--handful.left];
  handful.rolls[handful.left] = 0;  // A roll may be a nonce: none is left behind in memory.
  return rolled;
}

}  // namespace tael
