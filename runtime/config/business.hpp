// `businesses/NAME.yaml`: one business line that calls us, what it may do and how it is told.
#pragma once

#include "actors/domain/policy.hpp"
#include "runtime/config/secret.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tael::config {

template <class S>
class Table;

enum class NoticeProfile {
  standard,  ///< Ten tries within twelve hours.
  simple,    ///< Five tries within twenty minutes, then an alert.
};

/// The delays of a profile; a business that gives `ladder` itself has those instead.
Ladder ladder_of(NoticeProfile profile);

struct NoticeConfig {
  NoticePolicy policy;
  NoticeProfile profile = NoticeProfile::standard;
  Secret secret;           ///< `whsec_...`: signs the notices.
  Secret secret_previous;  ///< Signs them too while it is being replaced; empty otherwise.
  friend bool operator==(const NoticeConfig&, const NoticeConfig&) = default;
};

/// A weak dependency of the cashier's page: the page does without it when it is slow, down or off.
struct LookupConfig {
  std::string url;
  Duration deadline{300};
  int in_flight_max = 64;
  bool switched_on = true;
  friend bool operator==(const LookupConfig&, const LookupConfig&) = default;
};

struct CashierConfig {
  LookupConfig user, quota, promotion, options;
  friend bool operator==(const CashierConfig&, const CashierConfig&) = default;
};

struct BusinessConfig {
  std::string business;
  std::string name;
  Secret token, token_previous;  ///< Who it is; the previous one is still good while it is being replaced.
  Secret salt, salt_previous;    ///< It signs with it.
  std::vector<std::string> types;
  std::vector<std::string> scenes;  ///< Empty: any.
  std::vector<std::string> paths;   ///< In the order the cashier shows them.
  std::int64_t fee_bps = 0;
  NoticeConfig notice;
  CashierConfig cashier;
  bool http_allowed = false;
  Duration expires_default{30min};
  std::string owner;
  friend bool operator==(const BusinessConfig&, const BusinessConfig&) = default;
};

const Table<BusinessConfig>& business_table();

}  // namespace tael::config
