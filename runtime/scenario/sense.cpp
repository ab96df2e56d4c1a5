#include "runtime/scenario/sense.hpp"

#include "adapters/simulated/institution_faults.hpp"
#include "runtime/config/nearest.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace tael::scenario {
namespace {

/// What stands in a slot of the pattern; null when it has none of this name.
const Argument* in_slot(std::string_view pattern, const Arguments& arguments, std::string_view slot) {
  std::size_t at = 0;
  for (const auto& word : split_words(pattern)) {
    if (!is_slot(word)) continue;
    if (word == slot) return &arguments[at];
    ++at;
  }
  return nullptr;
}

/// Sentences that do something with a nought, too.
constexpr std::array<std::string_view, 4> noughts_that_count{"kill node for LENGTH", "kill node after COUNT passages",
                                                             "store slows to LENGTH",
                                                             "business BUSINESS answers after LENGTH"};

std::string why_the_fault_never_acts(std::string_view fault, std::string_view operation) {
  const auto* row = find_fault(fault);
  const std::string only = "'" + std::string{fault} + "' acts on ";
  if (row->stage == FaultStage::payment && operation != "pay") return only + "pay, never on " + std::string{operation};
  if (row->stage == FaultStage::refund && operation != "refund")
    return only + "refund, never on " + std::string{operation};
  return {};
}

/// `KIND:NAME:CUR`, or `KIND:CUR` for the house's own.
std::string why_no_account(std::string_view id, Currency currency) {
  const std::string ending = ":" + currency.text();
  if (id.ends_with(ending)) return {};
  return "'" + std::string{id} + "' is no account in " + currency.text() + ": its name would end in '" + ending + "'";
}

/// By whom each order is created in the script.
using Creators = std::map<std::string, std::string>;

class Sense {
 public:
  Sense(const Story& story, StoryRead& read) : story_(story), read_(read) {}

  void look() {
    find_creators();
    for (const auto& step : story_.steps) look_at(step.line, pattern_of(step), step.arguments);
    for (const auto& expectation : story_.expectations)
      look_at(expectation.line, fact_phrases()[expectation.phrase].pattern, expectation.arguments);
    look_at_healing();
  }

 private:
  static std::string_view pattern_of(const Step& step) {
    return (step.is_expectation ? fact_phrases() : deed_phrases())[step.phrase].pattern;
  }
  void note(int line, std::string message) { read_.notes.push_back({story_.file, line, std::move(message)}); }

  void find_creators() {
    for (const auto& step : story_.steps) {
      if (!pattern_of(step).starts_with("BUSINESS creates ")) continue;
      const auto& business = step.arguments[0].text;
      const auto& order = step.arguments[1].text;
      if (const auto [known, is_new] = creators_.emplace(order, business); !is_new && known->second != business)
        read_.errors.push_back(
            {story_.file, step.line,
             "'" + order + "' is " + known->second + "'s order in this story; name " + business + "'s otherwise"});
    }
  }

  /// A load names its orders `bakery-1-17`: by its business, its place in the file, and how many came before.
  bool is_of_a_load(const std::string& order) const {
    for (std::size_t i = 0; i < story_.loads.size(); ++i) {
      const auto prefix = story_.loads[i].business + "-" + std::to_string(i + 1) + "-";
      if (order.starts_with(prefix) && order.size() > prefix.size() &&
          order.find_first_not_of("0123456789", prefix.size()) == std::string::npos)
        return true;
    }
    return false;
  }

  /// Whoever pays, closes, refunds or judges an order that nobody creates waits for it in vain: most likely a misspelt
  /// name, though a shrunk story may have lost what it does not need.
  void look_at(int line, std::string_view pattern, const Arguments& arguments) {
    if (const auto* order = in_slot(pattern, arguments, "ORDER")) {
      const auto creator = creators_.find(order->text);
      if (creator == creators_.end() && !is_of_a_load(order->text)) {
        std::vector<std::string> names;
        for (const auto& [name, business] : creators_) names.push_back(name);
        note(line, "nobody creates '" + order->text + "'" + config::suggestion(order->text, names));
      }
      const auto* hears = pattern.starts_with("BUSINESS heard ") ? &arguments[0].text : nullptr;
      if (hears != nullptr && creator != creators_.end() && creator->second != *hears)
        note(line, "'" + order->text + "' is " + creator->second + "'s order: " + *hears + " hears nothing of it");
    }
    if (const auto* account = in_slot(pattern, arguments, "ACCOUNT")) look_at_account(line, account->text);
    if (pattern.starts_with("owner of ") && story_.config.node.alerts.email.server.host.empty())
      note(line, "nobody is told of anything: the story's configuration names no `alerts` with `email`");
  }

  void look_at_account(int line, const std::string& id) {
    std::vector<std::string> kinds;
    for (const auto& kind : story_.config.accounts.accounts) kinds.push_back(kind.kind);
    const auto kind = id.substr(0, id.find(':'));
    if (std::ranges::find(kinds, kind) == kinds.end())
      read_.errors.push_back(
          {story_.file, line, "there is no kind of account '" + kind + "'" + config::suggestion(kind, kinds)});
  }

  /// A scope is healed of what was broken under its own name; a channel of everything.
  void look_at_healing() {
    std::set<std::string> broken, down;
    for (const auto& step : story_.steps) {
      if (step.is_expectation) continue;
      const auto pattern = pattern_of(step);
      if (pattern == "channel SCOPE heals") {
        const auto& scope = step.arguments[0].text;
        const auto is_healed = [&](const std::string& each) { return each == scope || each.starts_with(scope + "/"); };
        if (!(scope.find('/') == std::string::npos ? std::ranges::any_of(broken, is_healed) : broken.contains(scope)))
          note(step.line, "nothing is broken at '" + scope + "' by then");
      } else if (pattern.starts_with("channel SCOPE ")) {
        broken.insert(step.arguments[0].text);
      } else if (pattern == "business BUSINESS comes back") {
        if (!down.contains(step.arguments[0].text)) note(step.line, step.arguments[0].text + " was never away by then");
      } else if (pattern.starts_with("business BUSINESS ")) {
        down.insert(step.arguments[0].text);
      }
    }
  }

  const Story& story_;
  StoryRead& read_;
  Creators creators_;
};

}  // namespace

std::string why_it_does_nothing(std::size_t phrase, const Arguments& arguments) {
  const auto pattern = deed_phrases()[phrase].pattern;
  if (const auto* money = in_slot(pattern, arguments, "MONEY"); money != nullptr && money->money.amount == 0)
    return "an amount is above 0: nobody is charged or given nothing";
  const auto *count = in_slot(pattern, arguments, "COUNT"), *percent = in_slot(pattern, arguments, "PERCENT"),
             *length = in_slot(pattern, arguments, "LENGTH");
  if (pattern == "business BUSINESS answers COUNT" && (count->number < 200 || count->number > 599))
    return "'" + count->text + "' is no HTTP status that ends an answer: 200 to 599";
  const bool is_nought = (count != nullptr && count->number == 0) || (percent != nullptr && percent->number == 0) ||
                         (length != nullptr && length->length == 0ms);
  if (is_nought && std::ranges::find(noughts_that_count, pattern) == noughts_that_count.end())
    return "this would do nothing: what is counted or lasts is above 0";
  if (pattern.ends_with(" within LENGTH") && length->length % 1s != 0ms)
    return "an order expires after whole seconds, not after " + length->text;
  if (const auto* operation = in_slot(pattern, arguments, "OPERATION"))
    return why_the_fault_never_acts(in_slot(pattern, arguments, "FAULT")->text, operation->text);
  return {};
}

std::string why_it_says_nothing(std::size_t phrase, const Arguments& arguments) {
  const auto pattern = fact_phrases()[phrase].pattern;
  if (const auto* account = in_slot(pattern, arguments, "ACCOUNT"))
    return why_no_account(account->text, in_slot(pattern, arguments, "MONEY")->money.currency);
  if (pattern.starts_with("at least PERCENT") && arguments[0].number == 0) return "at least 0% is always so";
  if (pattern.starts_with("at most PERCENT") && arguments[0].number == 100) return "at most 100% is always so";
  return {};
}

void look_for_sense(const Story& story, StoryRead& read) { Sense{story, read}.look(); }

bool is_breakage(std::size_t phrase) {
  const auto pattern = deed_phrases()[phrase].pattern;
  return !is_by_customers(phrase) && !pattern.starts_with("operator ") && !pattern.ends_with(" heals") &&
         !pattern.ends_with(" comes back");
}

}  // namespace tael::scenario
