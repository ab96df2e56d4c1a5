// Every word a payer reads, in both languages; and how a path is called.
#pragma once

#include "actors/domain/money.hpp"
#include "runtime/web/form.hpp"

#include <string>
#include <string_view>

namespace tael {

enum class Word {
  page_title,
  to_be_paid,
  other_language,
  time_left,
  order_number,
  greeting,
  choose,
  choose_other,
  resting,
  over_limit,
  no_option,
  scan,
  scan_label,
  scan_hint,
  go_on,
  going_on,
  app_hint,
  waiting,
  check_again,
  asking,
  asking_hint,
  was_declined,
  was_not_sent,
  closing,
  paid,
  paid_hint,
  paid_at,
  closed_expired,
  closed,
  closed_hint,
  money_returns,
  money_returned,
  parked,
  back_to_shop,
  details,
  live,
  not_live,
  refused_path,
  refused_busy,
  refused_form,
  not_found,
  not_found_hint,
  not_now,
  not_now_hint,
  not_a_form,
  quantity,
  seller,
};

std::string_view in(Language language, Word word);

/// What an operator calls something for payers; empty: we look for a name of our own, and else take the code.
struct ShownName {
  std::string en, zh;
};

/// How a way to pay is called: whom the payer knows (the bank, or the channel when no bank is named) and the method.
struct OptionTitle {
  std::string title;    ///< `China Merchants Bank, QR code`, `WeChat Pay, QR code`.
  std::string channel;  ///< Through whom; empty when the title says so.
};
OptionTitle option_title(std::string_view path, const ShownName& channel, const ShownName& method, Language language);

/// `¥25.00` for what has a sign of its own, `25.00 USD` for the rest.
std::string amount_text(const Money& money);

}  // namespace tael
