// What an order can be for. A business may make some of them; which, its configuration says.
#pragma once

#include <array>
#include <string_view>

namespace tael {

inline constexpr auto order_types =
    std::to_array<std::string_view>({"escrow", "instant", "recharge", "withdraw", "transfer"});

}  // namespace tael
