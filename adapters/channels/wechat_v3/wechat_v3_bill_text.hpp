// The text of WeChat Pay's bills, the same for v2 and v3: a head, a line per record with a back-tick before every cell,
// a head of the summary, the summary.
#pragma once

#include "actors/ports/bill_source.hpp"

#include <string_view>

namespace tael {

/// `kind` trade gives lines; any other gives rows alone. `malformed` when a cell is not as it must be.
Bill read_wechat_bill(std::string_view text, std::string_view kind);

}  // namespace tael
