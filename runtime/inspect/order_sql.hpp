// The queries behind an order's file and its history. `$1` is the shard, `$2` the order's id.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tael {

/// Section names and their queries, in the order they are shown.
const std::vector<std::pair<std::string, std::string>>& order_sections_sql();

/// What happened and what is still to happen: `at_ms, source, kind, about, details, cause`, in order of time.
const std::string& order_history_sql();

}  // namespace tael
