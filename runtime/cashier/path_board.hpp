// Which paths take payers now, as the breakers say. Asked again at every move of a breaker; read by pages at no cost.
#pragma once

#include "actors/messages.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <variant>

namespace tael {

/// Whether a payer may be sent there. Half open counts: only payers can show that a bank is back.
bool takes_payers(const BreakerView& breaker);

/// Safe to call from any thread.
class PathBoard {
 public:
  using View = std::function<void(std::function<void(std::variant<BreakersView, Refused>)>)>;
  using OnChange = std::function<void(const std::map<std::string, bool>& changed)>;

  explicit PathBoard(View view) : view_(std::move(view)) {}

  /// Asks the breakers; `on_change` hears what is different now, if anything is. Without an answer all stays.
  void refresh(OnChange on_change);
  /// A path nobody has spoken of yet is taken to work: the breaker has the last word anyway.
  bool takes_payers(const std::string& path) const;
  /// Everything known.
  std::map<std::string, bool> all() const;

 private:
  std::map<std::string, bool> take(const BreakersView& view);

  View view_;
  mutable std::mutex mutex_;
  std::map<std::string, bool> open_;
};

}  // namespace tael
