// What a channel's words mean to us, as rows (DESIGN.md section 6: the mapping is data, not code).
// A word without a row is silence: what we cannot read, we ask about again.
#pragma once

#include "actors/domain/channel_outcome.hpp"

#include <span>
#include <string_view>

namespace tael {

struct StatusRow {
  ChannelOp op;
  int http_status;
  std::string_view word;  ///< The status of a 200, the error code of anything else.
  Ending ending;
  bool number_unknown = false;  ///< The channel says it has no such number.
};

using StatusMap = std::span<const StatusRow>;

constexpr const StatusRow* find_status(StatusMap map, ChannelOp op, int http_status, std::string_view word) {
  for (const auto& row : map)
    if (row.op == op && row.http_status == http_status && row.word == word) return &row;
  return nullptr;
}

}  // namespace tael
