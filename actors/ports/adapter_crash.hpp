// Adapters read answers on threads of their clients, where whatever they threw would end the process. They catch it
// there and say so; who owns the adapter then throws it away, as if it had died under its own hands.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <typeinfo>

namespace tael {

/// What an adapter died of.
struct AdapterCrash {
  std::string error;       ///< The words of what it threw,
  std::string error_type;  ///< and its type, as the compiler calls it.
};

/// What `deed` threw; nothing when it came to its end.
template <class Deed>
std::optional<AdapterCrash> crash_of(const Deed& deed) {
  try {
    deed();
    return std::nullopt;
  } catch (const std::exception& thrown) {
    return AdapterCrash{thrown.what(), typeid(thrown).name()};
  } catch (...) {
    return AdapterCrash{"something that is no exception", "unknown"};
  }
}

}  // namespace tael
