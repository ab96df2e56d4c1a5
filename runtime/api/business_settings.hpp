// What the API must know of a business to let it in and to fill in what its requests leave out. Made from the
// configuration when the node starts.
#pragma once

#include "actors/domain/money.hpp"
#include "actors/domain/time.hpp"
#include "adapters/network/destinations.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

struct BusinessKeys {
  std::string code;
  std::vector<std::string> tokens;  ///< Several are valid while they are being rotated.
  std::vector<std::string> salts;   ///< The same for the keys of signatures.
};

struct BusinessSettings {
  std::string code;
  BusinessKeys keys;
  std::vector<std::string> types_allowed;   ///< Order types; empty: all.
  std::vector<std::string> scenes_allowed;  ///< Empty: all.
  std::vector<std::string> paths_allowed;   ///< `channel/method/bank`, or a beginning of it in whole parts; empty: all.
  std::vector<Currency> currencies;         ///< That some path of its takes; empty: all.
  std::int64_t fee_bps = 0;
  bool http_allowed = false;                           ///< Notices may go to plain http, for tests and inner networks.
  std::shared_ptr<const Destinations> destinations{};  ///< Where notices may go; null: anywhere.
  Duration expires_default{1'800'000};
};

/// Null when there is no such business.
using FindBusiness = std::function<std::shared_ptr<const BusinessSettings>(std::string_view code)>;

/// Whether `path` is one the business may pay by.
bool may_use(const BusinessSettings& settings, std::string_view path);

}  // namespace tael
