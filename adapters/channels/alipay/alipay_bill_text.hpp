// What Alipay's bill file holds: a ZIP, in it a detail and a summary as CSV in GBK.
#pragma once

#include "actors/ports/bill_source.hpp"

#include <string_view>

namespace tael {

/// `malformed` when the ZIP is damaged or a row is not as it must be. Bounded: 512 MiB unpacked.
Bill read_alipay_bill(std::string_view zip);

}  // namespace tael
