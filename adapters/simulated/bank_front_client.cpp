#include "adapters/simulated/bank_front_client.hpp"

#include <utility>

namespace tael {

void BankFrontClient::send(FrameCall call, std::function<void(FrameAnswer)> done) {
  auto reply = front_.hear(call.body, clock_.now());
  FrameAnswer answer;
  const auto arrives = reply.after + reply.drip_pause * static_cast<std::int64_t>(reply.body.size());
  answer.took = arrives;
  if (reply.manner == Manner::refuse) {
    answer.transport = Transport::not_sent;
    answer.error = "no front machine can be reached";
  } else if ((reply.manner != Manner::answer && reply.manner != Manner::drip) || arrives >= call.deadline ||
             protocol_.key_of(reply.body) != call.key) {
    answer.error = "no answer in time";
  } else {
    answer.transport = Transport::answered;
    answer.body = std::move(reply.body);
  }
  done(std::move(answer));
}

}  // namespace tael
