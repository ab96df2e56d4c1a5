#include "adapters/simulated/dialects/wechat_v3_refund.hpp"

#include "adapters/simulated/dialects/dialect_text.hpp"
#include "adapters/simulated/institution_json.hpp"

#include <string>

namespace tael {

using namespace institution_json;
namespace json = boost::json;

namespace {

std::string_view refund_status_of(std::string_view status) {
  if (status == "refunded") return "SUCCESS";
  return status == "rejected" ? "CLOSED" : "PROCESSING";
}

}  // namespace

json::object wechat_v3_refund(const json::object& body, std::string_view status_name, std::string_view merchant) {
  json::object made{{"refund_id", "50" + text(body, "number")},
                    {"out_refund_no", text(body, "number")},
                    {"transaction_id", text(body, "payment_transaction")},
                    {"out_trade_no", text(body, "payment_number")},
                    {"user_received_account", "招商银行信用卡0403"},
                    {status_name, refund_status_of(text(body, "status"))}};
  if (const auto at = text(body, "at"); !at.empty()) made["success_time"] = at;
  const auto total = integer(body, "total").value_or(0);
  const bool is_notice = status_name == "refund_status";
  if (is_notice)
    made["mchid"] = merchant;
  else
    made["channel"] = "ORIGINAL", made["create_time"] = text(body, "asked_at"), made["funds_account"] = "UNSETTLED";
  const auto amount = integer(body, "amount");
  if (!amount) return made;
  made["amount"] = {{"total", total}, {"refund", *amount}, {"payer_total", total}, {"payer_refund", *amount}};
  if (is_notice) return made;
  auto& all = made["amount"].get_object();
  all["settlement_refund"] = *amount;
  all["settlement_total"] = total;
  all["discount_refund"] = 0;
  all["currency"] = "CNY";
  return made;
}

}  // namespace tael
