#include "adapters/channels/access/status_classifier.hpp"

namespace tael {

namespace {

/// Closing moves no money; every other success says how much it moved.
bool moves_money(ChannelOp op) { return op != ChannelOp::close; }

constexpr int server_errors = 500;

bool is_success(int http_status) { return http_status >= 200 && http_status < 300; }

/// Why the answer is not to be read, in the order of the reasons; empty when it is.
std::string disbelief(const Evidence& evidence, const Reading& reading) {
  const bool names_ours = evidence.number.empty() ? !reading.number.empty() : reading.number == evidence.number;
  // Errors may leave the number out, for some come before anyone has looked at it.
  const bool names_other = !names_ours && (is_success(evidence.http_status) || !reading.number.empty());
  if (!evidence.refusal.empty()) return std::string{evidence.refusal};
  if (!reading.readable) return "malformed";
  if (names_other) return "other_number";
  return {};
}

}  // namespace

ChannelAnswer StatusClassifier::classify(const Evidence& evidence, const Reading& reading) const {
  ChannelAnswer answer;
  answer.transport = evidence.transport;
  if (evidence.transport != Transport::answered) {
    answer.ending = evidence.transport == Transport::not_sent ? Ending::not_sent : Ending::silent;
    answer.code = evidence.transport == Transport::not_sent ? "not_sent" : "no_answer";
    // Nobody was reached: our end of the line, whichever bank was meant.
    if (evidence.transport == Transport::not_sent) answer.scope = FaultScope::local;
    return answer;
  }
  answer.code = disbelief(evidence, reading);
  answer.authentic = evidence.refusal.empty();
  if (!answer.code.empty()) return answer;

  if (reading.about) answer.about = number_kind_of(*reading.about);
  answer.code = reading.code.empty() ? reading.word : reading.code;
  answer.message = reading.message;
  const auto* row = map_.find(evidence.op, evidence.http_status, reading.word);
  if (row == nullptr) {
    // Heard, authentic and new: it is under way until we know better. A 5xx says nothing; a close moves nothing; an
    // error that is known elsewhere says as much about us as about the money.
    const bool is_new = is_success(evidence.http_status) || !map_.names(reading.word);
    const bool may_wait = is_new && evidence.http_status < server_errors && evidence.op != ChannelOp::close;
    if (may_wait) answer.ending = Ending::pending;
    answer.alert = "unknown word '" + reading.word + "' to " + std::string{name_of(evidence.op)} + " (HTTP " +
                   std::to_string(evidence.http_status) + "); add a row to the channel's codes";
    return answer;
  }
  if (row->alert)
    answer.alert = "refused with '" + reading.word + "' (HTTP " + std::to_string(evidence.http_status) +
                   "): look at keys, permissions and clock";
  if (row->ending == Ending::approved && moves_money(evidence.op) && !reading.amount) {
    answer.code = "amount_missing";
    return answer;
  }
  answer.ending = row->ending;
  answer.number_unknown = row->number_unknown;
  answer.scope = row->scope;
  answer.channel_transaction = reading.transaction;
  answer.at = reading.at;
  if (row->ending == Ending::approved) answer.amount = reading.amount;
  if (row->ending == Ending::pending) answer.voucher = reading.voucher;
  return answer;
}

}  // namespace tael
