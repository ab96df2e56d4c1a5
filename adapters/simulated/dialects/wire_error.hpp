// What the house's errors are called in another protocol, as rows.
#pragma once

#include "actors/domain/channel_outcome.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace tael {

struct WireErrorRow {
  std::string_view house;       ///< `code` of the house.
  std::optional<ChannelOp> op;  ///< Nothing: any.
  int status;
  std::string_view code;
};

/// The first row that fits; the last row when none does.
inline const WireErrorRow& wire_error(std::span<const WireErrorRow> rows, std::string_view house, ChannelOp op) {
  for (const auto& row : rows)
    if (row.house == house && (!row.op || *row.op == op)) return row;
  return rows.back();
}

}  // namespace tael
