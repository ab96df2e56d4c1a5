// What each protocol can say, as a table. Whoever adds an adapter adds a row; all that is left at `true` is tried.
#pragma once

#include "runtime/certify/subject.hpp"
#include "runtime/config/channel.hpp"

namespace tael::certify {

constexpr Facts facts_of(config::Adapter adapter) {
  using config::Adapter;
  Facts facts;
  switch (adapter) {
    case Adapter::http_json: return facts;
    case Adapter::wechat_v3: facts.tells_of_failures = false; return facts;
    case Adapter::alipay:
      facts.dates_answers = facts.dates_callbacks = facts.names_callback_keys = false;
      facts.tells_of_failures = facts.remembers_rejections = false;
      facts.tells_of_refunds = false;  // A notice tells the sum of all refunds of a trade, of no refund by name.
      return facts;
    case Adapter::stripe:  // Only TLS vouches for answers; webhooks are signed, by whichever secret fits.
      facts.signs_answers = facts.names_answer_keys = facts.dates_answers = false;
      facts.names_callback_keys = false;
      facts.closes_unknown = false;     // What is cancelled is named by their id, which only an answer tells.
      facts.knows_its_numbers = false;  // What the search does not find may be there all the same.
      return facts;
    case Adapter::wechat_v2:  // One shared key without a name, and no time in what it signs.
      facts.names_answer_keys = facts.names_callback_keys = false;
      facts.dates_answers = facts.dates_callbacks = facts.tells_of_failures = false;
      return facts;
    case Adapter::iso8583:  // A host calls nobody, and its MAC key has no name.
      facts.calls_back = facts.dates_callbacks = facts.names_callback_keys = false;
      facts.tells_of_refunds = facts.tells_of_failures = facts.shows_vouchers = false;
      return facts;
  }
  return facts;
}

}  // namespace tael::certify
