#include "actors/domain/order_types.hpp"
#include "runtime/config/business.hpp"
#include "runtime/config/table.hpp"

namespace tael::config {
namespace {

// clang-format off
const Table<NoticePolicy>& policy_table() {
  static const Table<NoticePolicy> table{{
    field("ladder",        &NoticePolicy::ladder,        ladder(100ms, 24h, 50), "waits between tries, instead of the profile's; past the last the notice is parked and the owner alerted"),
    field("deadline",      &NoticePolicy::deadline,      length(100ms, 60s),     "the longest one try may take"),
    field("in_flight_max", &NoticePolicy::in_flight_max, whole(1, 1'000),        "tries to this business at a time"),
  }};
  return table;
}

std::vector<Field<NoticeConfig>> notice_fields() {
  std::vector<Field<NoticeConfig>> fields{
    required("secret",       &NoticeConfig::secret,          webhook_secret(), "signs the notices (Standard Webhooks)"),
    field("secret_previous", &NoticeConfig::secret_previous, webhook_secret(), "signs them as well while `secret` is being replaced"),
    field("profile",         &NoticeConfig::profile,         one_of<NoticeProfile>({{"standard", NoticeProfile::standard}, {"simple", NoticeProfile::simple}}),
                                                             "standard: ten tries within twelve hours; simple: five tries, waiting 15s, 1min, 5min and 10min between them, then an alert"),
  };
  lift(fields, &NoticeConfig::policy, policy_table());
  return fields;
}

const Table<NoticeConfig>& notice_table() {
  static const Table<NoticeConfig> table{notice_fields(), [](Reader&, const Yaml& yaml, NoticeConfig& notice) {
    if (yaml.find("ladder") == nullptr) notice.policy.ladder = ladder_of(notice.profile);
  }};
  return table;
}

const Table<LookupConfig>& lookup_table() {
  static const Table<LookupConfig> table{{
    field("url",           &LookupConfig::url,           web_address(),     "where the question is posted, as JSON; without it nobody is asked"),
    field("deadline",      &LookupConfig::deadline,      length(1ms, 5s),   "all it may cost the page; later the page goes on without it"),
    field("in_flight_max", &LookupConfig::in_flight_max, whole(1, 10'000),  "questions under way at a time; further pages do without"),
    field("static_switch", &LookupConfig::switched_on,   one_of<bool>({{"on", true}, {"off", false}}), "off at a peak: nobody is asked and pages do without"),
  }};
  return table;
}

Shape<std::string> order_type() {
  std::vector<std::pair<std::string, std::string>> words;
  for (const auto type : order_types) words.emplace_back(type, type);
  return one_of(std::move(words));
}

const Table<CashierConfig>& cashier_table() {
  static const Table<CashierConfig> table{{
    field("user",      &CashierConfig::user,      nested(lookup_table()), "answers `{\"name\"}`: greets the payer"),
    field("quota",     &CashierConfig::quota,     nested(lookup_table()), "answers `{\"paths\": {path: what is left, in minor units}}`: greys out what would exceed it"),
    field("promotion", &CashierConfig::promotion, nested(lookup_table()), "answers `{\"text\", \"paths\": {path: text}}`: what is cheaper today"),
    field("options",   &CashierConfig::options,   nested(lookup_table()), "answers `{\"paths\": [path]}`: which of `paths` to show, in which order; asked after the other three"),
  }};
  return table;
}
// clang-format on

}  // namespace

Ladder ladder_of(NoticeProfile profile) {
  switch (profile) {
    case NoticeProfile::standard: return NoticePolicy{}.ladder;
    case NoticeProfile::simple: return {15s, 1min, 5min, 10min};
  }
  return {};
}

const Table<BusinessConfig>& business_table() {
  // clang-format off
  static const Table<BusinessConfig> table{{
    required("business",     &BusinessConfig::business,        code(),                     "this business's code, as `Tael-Business` says it; also the file's name"),
    required("name",         &BusinessConfig::name,            line_of_text(128),          "for payers and people"),
    required("token",        &BusinessConfig::token,           secret(16),                 "what it shows as `Tael-Token`"),
    field("token_previous",  &BusinessConfig::token_previous,  secret(16),                 "still good while `token` is being replaced"),
    required("salt",         &BusinessConfig::salt,            secret(16),                 "what it signs requests with"),
    field("salt_previous",   &BusinessConfig::salt_previous,   secret(16),                 "still good while `salt` is being replaced"),
    required("types",        &BusinessConfig::types,           list_of(order_type(), 1),   "order types it may make"),
    field("scenes",          &BusinessConfig::scenes,          list_of(code(), 0),         "scenes its orders may have; empty for any"),
    required("paths",        &BusinessConfig::paths,           list_of(payment_path(), 1), "paths its orders may be paid by, in the order the cashier shows them"),
    required("fee_bps",      &BusinessConfig::fee_bps,         whole64(0, 10'000),         "our fee in hundredths of a per cent of what is paid; orders keep the fee they were made with"),
    required("notice",       &BusinessConfig::notice,          nested(notice_table()),     "how it hears of things"),
    field("cashier",         &BusinessConfig::cashier,         nested(cashier_table()),    "whom its payment page may ask for more; none of them is needed to pay"),
    field("http_allowed",    &BusinessConfig::http_allowed,    yes_or_no(),                "lets notices go to plain http addresses; for tests only"),
    field("expires_default", &BusinessConfig::expires_default, length(1s, 720h),            "how long an order stays payable when the request does not say"),
    required("owner",        &BusinessConfig::owner,           line_of_text(128),          "who is alerted when its notices are parked"),
  }};
  // clang-format on
  return table;
}

}  // namespace tael::config
