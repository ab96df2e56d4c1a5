// The bills as WeChat Pay writes them, for v3 and v2.
#pragma once

#include "adapters/simulated/institution_book.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

/// Of one day in Beijing; nothing when nothing happened.
std::optional<std::string> wechat_trade_bill(const std::vector<InstitutionLine>& lines, std::string_view date,
                                             std::string_view app, std::string_view merchant);
std::optional<std::string> wechat_fund_flow_bill(const std::vector<InstitutionLine>& lines, std::string_view date);

}  // namespace tael
