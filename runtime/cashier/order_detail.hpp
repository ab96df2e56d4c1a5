// What a business tells about an order, in the cashier's own format:
//
//   {"seller": "...", "items": [{"name": "...", "quantity": 2, "amount": 1250}], "lines": [{"label": "...", "value":
//   "..."}]}
//
// All of it is optional. Members we do not know are shown as lines too when they are plain values. Texts are cut, lists
// are bounded, and nothing in here is trusted: the page escapes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tael {

struct DetailItem {
  std::string name;
  std::int64_t quantity = 0;           ///< 0: not told.
  std::optional<std::int64_t> amount;  ///< Minor units of the order's currency.
};

struct OrderDetail {
  std::string seller;
  std::vector<DetailItem> items;
  std::vector<std::pair<std::string, std::string>> lines;  ///< Label and value.
};

/// Empty when `json` is empty or no object.
OrderDetail read_detail(std::string_view json);

/// Whether an order's `payer` has this member, as a text that is not empty.
bool tells_of_payer(std::string_view payer_json, std::string_view member);

}  // namespace tael
