#include "runtime/scenario/chronicle.hpp"

#include <algorithm>

namespace tael::scenario {
namespace {

const std::string* text_of(const Fields& body, std::string_view name) {
  const auto found = std::ranges::find(body, name, &Field::name);
  return found == body.end() ? nullptr : std::get_if<std::string>(&found->value);
}

}  // namespace

void Chronicler::read(const JournalRow& row) {
  const auto second = (row.at - start_) / 1s;
  if (row.kind == "order_created") {
    chronicle_.seconds[second].created += 1;
  } else if (row.kind == "order_paid") {
    chronicle_.seconds[second].paid += 1;
  } else if (row.kind == "order_closed") {
    chronicle_.seconds[second].closed += 1;
  } else if (row.kind == "refund_refunded") {
    chronicle_.seconds[second].refunded += 1;
  } else if (row.kind == "attempt_sent") {
    const auto *number = text_of(row.body, "number"), *path = text_of(row.body, "path");
    if (number != nullptr && path != nullptr) sent_[*number] = {*path, second};
  } else if (row.kind.starts_with("attempt_")) {
    const auto* number = text_of(row.body, "number");
    const auto sent = number == nullptr ? sent_.end() : sent_.find(*number);
    if (sent == sent_.end()) return;
    auto& calls = chronicle_.paths[sent->second.path][sent->second.second];
    const bool taken = row.kind == "attempt_pending" || row.kind == "attempt_succeeded";
    (taken ? calls.good : calls.bad) += 1;
    sent_.erase(sent);
  }
}

Chronicle Chronicler::finish(const simulated::SimulatedDisk& disk) && {
  for (const auto& row : disk.breaker_events)
    if (row.op == "pay")  // Those of other operations have no lane.
      chronicle_.breaker_moves.push_back({row.at - start_, row.path, row.state, row.static_switch, row.cause});
  for (const auto& [number, sent] : sent_) chronicle_.paths[sent.path][sent.second].bad += 1;
  return std::move(chronicle_);
}

}  // namespace tael::scenario
