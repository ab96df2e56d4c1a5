// What a business is told of. `webhooks:` in openapi.yaml describes each.
#pragma once

#include <array>
#include <string_view>

namespace tael {

inline constexpr auto notice_types =
    std::to_array<std::string_view>({"order.paid", "order.closed", "refund.succeeded", "refund.failed"});

}  // namespace tael
