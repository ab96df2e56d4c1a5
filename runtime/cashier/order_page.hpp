// The cashier's page as a pure function of what is known: the same order at the same instant gives the same bytes.
// A page tells its `signature`; the live events carry the newest one, and a browser that sees another asks again. So
// no state is ever taken from the browser, or made there.
#pragma once

#include "actors/domain/order.hpp"
#include "runtime/cashier/words.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tael {

/// What the page is about now.
enum class PagePhase {
  choosing,  ///< Nothing under way.
  waiting,   ///< The payer has a code or a page to go to.
  asking,    ///< A call ended without an answer; only the bank knows.
  closing,
  paid,
  closed,
  parked,  ///< A person looks after it.
};

PagePhase phase_of(const Order& order);
/// The attempt that the phase is about; null without one.
const Attempt* attempt_shown(const Order& order);
/// Changes with everything the page shows of the order itself.
std::string signature_of(const Order& order);

struct OptionShown {
  std::string path;
  OptionTitle called;
  bool takes_payers = true;  ///< As the breakers say.
  bool over_limit = false;
  std::string promotion;
};

struct PageShown {
  Order order;
  std::string business;  ///< Its name.
  Language language = Language::en;
  TimePoint now{};
  std::vector<OptionShown> options;
  std::string user, promotion;
  std::optional<Word> refused;  ///< Why the last form was not taken.
  std::string form_token;
  bool goes_on = false;  ///< Sends the browser on to the bank by itself.
  std::string style_url, script_url, icon_url;
};

std::string order_page(const PageShown& shown);

/// When there is no order to show.
struct MessageShown {
  Language language = Language::en;
  Word title, hint;
  std::string style_url, icon_url;
};
std::string message_page(const MessageShown& shown);

}  // namespace tael
