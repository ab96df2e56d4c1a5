#include "adapters/simulated/dialects/wechat_bill.hpp"

#include "adapters/simulated/dialects/dialect_text.hpp"

#include <initializer_list>

namespace tael {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string ticked(std::initializer_list<std::string_view> cells) {
  std::string line;
  for (const auto cell : cells) line.append(line.empty() ? "`" : ",`").append(cell);
  return line + "\r\n";
}

/// A fee with its five decimals.
std::string fine(std::int64_t fen) { return yuan(fen) + "000"; }

std::string wall(const InstitutionLine& line) {
  auto at = beijing(line.at).substr(0, 19);
  at[10] = ' ';
  return at;
}

}  // namespace

std::optional<std::string> wechat_trade_bill(const std::vector<InstitutionLine>& lines, std::string_view date,
                                             std::string_view app, std::string_view merchant) {
  std::string text{byte_order_mark};
  text +=
      "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
      "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
      "手续费,费率,订单金额,申请退款金额,费率备注\r\n";
  std::int64_t count = 0, received = 0, refunded = 0, fees = 0;
  for (const auto& line : lines) {
    if (wall(line).substr(0, 10) != date) continue;
    const auto amount = yuan(line.amount.amount), none = yuan(0), fee = fine(line.fee), at = wall(line);
    if (line.is_refund)
      text += ticked({at,
                      app,
                      merchant,
                      "0",
                      "",
                      line.payment_transaction,
                      line.payment_number,
                      "oSimulated",
                      "NATIVE",
                      "REFUND",
                      "OTHERS",
                      "CNY",
                      none,
                      none,
                      line.transaction,
                      line.number,
                      amount,
                      none,
                      "ORIGINAL",
                      "SUCCESS",
                      "bread, and tea",
                      "",
                      fee,
                      "0.60%",
                      none,
                      amount,
                      ""});
    else
      text += ticked({at,          app,          merchant,
                      "0",         "",           line.transaction,
                      line.number, "oSimulated", "NATIVE",
                      "SUCCESS",   "OTHERS",     "CNY",
                      amount,      none,         "0",
                      "0",         none,         none,
                      "",          "",           "bread, and tea",
                      "",          fee,          "0.60%",
                      amount,      none,         ""});
    (line.is_refund ? refunded : received) += line.amount.amount;
    fees += line.fee;
    ++count;
  }
  if (count == 0) return std::nullopt;
  text += "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n";
  text += ticked(
      {std::to_string(count), yuan(received), yuan(refunded), yuan(0), fine(fees), yuan(received), yuan(refunded)});
  return text;
}

std::optional<std::string> wechat_fund_flow_bill(const std::vector<InstitutionLine>& lines, std::string_view date) {
  std::string text{byte_order_mark};
  text +=
      "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,"
      "备注,业务凭证号\r\n";
  std::int64_t in = 0, out = 0, count_in = 0, count_out = 0;
  for (const auto& line : lines) {
    if (wall(line).substr(0, 10) != date) continue;
    (line.is_refund ? out : in) += line.amount.amount;
    (line.is_refund ? count_out : count_in) += 1;
    text += ticked({wall(line), line.transaction, line.transaction, line.is_refund ? "退款" : "交易",
                    line.is_refund ? "退款" : "交易", line.is_refund ? "支出" : "收入", yuan(line.amount.amount),
                    yuan(in - out), "system", "", line.number});
  }
  if (count_in + count_out == 0) return std::nullopt;
  text += "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n";
  text += ticked(
      {std::to_string(count_in + count_out), std::to_string(count_in), yuan(in), std::to_string(count_out), yuan(out)});
  return text;
}

}  // namespace tael
