// What operators do at the console, as the journal keeps it: who, what, to which thing and why, written before it is
// done; and what came of it, after. A deed without its second row was cut short, which the page says.
#pragma once

#include "actors/domain/records.hpp"

#include <string>

namespace tael::console {

struct Deed {
  std::string id;  ///< Of `make_id`.
  std::string actor, action, target, reason;
};

/// All deeds of a house in one shard, so that they are read in order.
Shard deeds_shard();

JournalRow asked_row(const Deed& deed, TimePoint at);
JournalRow answered_row(const Deed& deed, const std::string& outcome, TimePoint at);

}  // namespace tael::console
