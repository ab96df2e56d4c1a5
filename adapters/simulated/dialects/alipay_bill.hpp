// Alipay's daily bill as it is downloaded: a ZIP of two CSV files in GBK.
#pragma once

#include "adapters/simulated/institution_book.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tael {

/// Of one day in Beijing; a day without trades has a bill without lines.
std::string alipay_trade_bill(const std::vector<InstitutionLine>& lines, std::string_view date,
                              std::string_view merchant);

}  // namespace tael
