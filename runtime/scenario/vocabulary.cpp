#include "runtime/scenario/vocabulary.hpp"

#include "actors/domain/breaker_words.hpp"
#include "actors/domain/notice_types.hpp"
#include "actors/domain/order.hpp"
#include "adapters/simulated/institution_faults.hpp"
#include "runtime/config/config.hpp"
#include "runtime/scenario/story_keys.hpp"

#include <ostream>

namespace tael::scenario {
namespace {

template <class Enum>
std::vector<std::string> names_up_to(Enum last) {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) names.emplace_back(name_of(static_cast<Enum>(i)));
  return names;
}

}  // namespace

std::vector<std::string> crash_points() {
  return {"order.loaded",
          "order.decided",
          "order.remembered",
          "order.acted",
          "call.pay",
          "call.inquire",
          "call.close",
          "call.refund",
          "call.inquire_refund",
          "answer.pay",
          "answer.inquire",
          "answer.close",
          "answer.refund",
          "answer.inquire_refund",
          "callback.verified",
          "callback.heard",
          "callback.acknowledged",
          "reply.ready",
          "reply.given",
          "notice.before_send",
          "notice.after_send",
          "notice.remembered",
          "alert.before_send",
          "alert.after_send",
          "account.decided",
          "account.applied",
          "breaker.moved",
          "breaker.remembered",
          "timer.due"};
}

Lexicon lexicon_of(const config::Config& config) {
  Lexicon words;
  for (const auto& [code, business] : config.businesses)
    words["BUSINESS"].push_back(code), words["OWNED"].push_back(code);
  for (const auto& [code, channel] : config.channels) {
    words["CHANNEL"].push_back(code), words["OWNED"].push_back(code);
    words["SCOPE"].push_back(code);
    for (const auto& [method, banks] : channel.methods) words["SCOPE"].push_back(code + "/" + method);
    for (const auto& path : channel.paths()) words["PATH"].push_back(path), words["SCOPE"].push_back(path);
  }
  for (const auto& row : fault_table) words["FAULT"].emplace_back(row.name);
  words["OPERATION"] = names_up_to(ChannelOp::inquire_refund);
  words["ORDER_STATE"] = names_up_to(OrderState::closed);
  words["ATTEMPT_STATE"] = names_up_to(AttemptState::surplus);
  words["REFUND_STATE"] = names_up_to(RefundState::parked);
  words["NOTICE_STATE"] = names_up_to(NoticeState::parked);
  words["BREAKER_STATE"] = {"closed", "open", "half_open"};
  for (const auto& row : breaker_cause_words) words["CAUSE"].emplace_back(row.text);
  words["NOTICE"] = {notice_types.begin(), notice_types.end()};
  words["ALERT"] = {"notice_parked",    "refund_parked",        "amount_mismatch", "attempt_in_doubt",
                    "channel_closed",   "channel_word",         "link_silent",     "contradiction",
                    "surplus_stuck",    "message_quarantined",  "order_parked",    "unknown_number",
                    "certificate_ends", "override_without_end", "path_open",       "service_parked",
                    "timer_late"};
  words["POINT"] = crash_points();
  return words;
}

void print_words(std::ostream& out) {
  const auto print = [&](std::span<const Phrase> phrases, const char* before) {
    for (const auto& phrase : phrases)
      out << "  " << phrase.pattern << "\n      " << phrase.meaning << "\n      " << before << phrase.example << "\n";
  };
  out << "A story is a YAML file. Its sentences:\n\nscript and faults: what happens, each sentence with its time since "
         "the start (00:10 is ten minutes, 36:00 is thirty-six hours, "
         "00:00:02.500 is two and a half seconds)\n\n";
  print(deed_phrases(), "- 00:10 ");
  out << "\nexpect: what must hold, as `always FACT`, `eventually FACT within LENGTH`, `at TIME FACT` or `at the end "
         "FACT`;\nTIME and `within` count from the start of the story; in script: `TIME expect FACT`\n\n";
  print(fact_phrases(), "- at the end ");
  for (const auto* section : {"", "given", "load", "clock"}) {
    out << "\n" << (*section == '\0' ? "keys of the file" : section) << "\n\n";
    for (const auto& key : story_keys())
      if (key.section == section)
        out << "  " << key.name << "\n      " << key.meaning << "\n      " << key.name << ": " << key.example << "\n";
  }
}

}  // namespace tael::scenario
