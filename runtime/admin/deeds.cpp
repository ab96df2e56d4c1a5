#include "runtime/admin/deeds.hpp"

#include "actors/domain/ids.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace tael {
namespace {

JournalRow row_of(const std::string& id, const Deed& deed, std::int64_t version, std::string kind, TimePoint at) {
  JournalRow row;
  row.shard = deeds_shard();
  row.entity = "operator:" + id;
  row.version = version;
  row.kind = std::move(kind);
  row.cause = deed.by;
  row.at = at;
  return row;
}

JournalRow asked_row(const std::string& id, const Deed& deed, TimePoint at) {
  auto row = row_of(id, deed, 1, "operator_asked", at);
  row.body = {{"actor", deed.by}, {"action", deed.action}, {"target", deed.target}, {"reason", deed.reason}};
  return row;
}

JournalRow answered_row(const std::string& id, const Deed& deed, const std::string& outcome, TimePoint at) {
  auto row = row_of(id, deed, 2, "operator_answered", at);
  row.body = {{"outcome", outcome}};
  return row;
}

/// An urgent deed is over when it is both written down and done, in whichever order.
struct BothEnds {
  std::mutex mutex;
  bool is_written = false, is_done = false;
  std::string outcome;
};

}  // namespace

std::string outcome_of(const OrderReply& reply) {
  if (const auto* refused = std::get_if<Refused>(&reply))
    return "refused: " + (refused->detail.empty() ? std::string{name_of(refused->refusal)} : refused->detail);
  if (const auto* view = std::get_if<OrderView>(&reply))
    return "done, the order is " + std::string{name_of(view->order.state)};
  return "done";
}

Shard deeds_shard() { return shard_for("operator", "console"); }

void Deeds::perform(const Deed& deed, std::function<void(Told)> act, Told finished, std::function<void()> unwritten) {
  const auto id = make_id(clock_.now(), deeds_shard(), dice_.roll());
  const auto answer = [this, id, deed, finished = std::move(finished)](const std::string& outcome) {
    gateway_.write_down(answered_row(id, deed, outcome, clock_.now()),
                        [finished, outcome](bool) { finished(outcome); });
  };
  auto asked = asked_row(id, deed, clock_.now());
  if (!deed.is_urgent)
    return gateway_.write_down(std::move(asked), [act = std::move(act), answer, unwritten](bool written) {
      if (written) return act(answer);
      unwritten();
    });
  const auto ends = std::make_shared<BothEnds>();
  const auto come = [ends, answer](bool BothEnds::*end, const std::string& outcome) {
    {
      const std::lock_guard lock{ends->mutex};
      *ends.*end = true;
      if (!outcome.empty()) ends->outcome = outcome;
      if (!ends->is_written || !ends->is_done) return;
    }
    answer(ends->outcome);
  };
  gateway_.write_down(std::move(asked), [come](bool) { come(&BothEnds::is_written, {}); });
  act([come](const std::string& outcome) { come(&BothEnds::is_done, outcome); });
}

}  // namespace tael
