#include "runtime/cashier/words.hpp"

#include <algorithm>
#include <array>

namespace tael {
namespace {

struct Row {
  Word word;
  std::string_view en, zh;
};

// clang-format off
constexpr auto words = std::to_array<Row>({
  {Word::page_title,     "Payment",                                   "收银台"},
  {Word::to_be_paid,     "Amount due",                                "应付金额"},
  {Word::other_language, "中文",                                      "English"},
  {Word::time_left,      "Time left",                                 "剩余时间"},
  {Word::order_number,   "Order",                                     "订单号"},
  {Word::greeting,       "Hello,",                                    "您好，"},
  {Word::choose,         "Choose how to pay",                         "请选择支付方式"},
  {Word::choose_other,   "Or pay another way",                        "换一种支付方式"},
  {Word::resting,        "Unavailable at the moment",                 "暂不可用"},
  {Word::over_limit,     "Above your limit",                          "超出限额"},
  {Word::no_option,      "No way to pay is available at the moment. This page will show them when they are back.",
                         "暂时没有可用的支付方式，恢复后将自动显示。"},
  {Word::scan,           "Scan to pay",                               "扫码支付"},
  {Word::scan_label,     "QR code to pay this order",                 "本订单的支付二维码"},
  {Word::scan_hint,      "Scan the code with your bank's or wallet's app. This page follows by itself.",
                         "请使用银行或钱包应用扫描二维码，支付后本页自动更新。"},
  {Word::go_on,          "Go on to the bank's page",                  "前往银行页面"},
  {Word::going_on,       "You pay on the bank's own page. This page shows when it is done.",
                         "请在银行页面完成支付，完成后本页自动更新。"},
  {Word::app_hint,       "Go on in the app that you came from.",      "请在来源应用中继续支付。"},
  {Word::waiting,        "Waiting for your payment",                  "等待支付"},
  {Word::check_again,    "Check again",                               "刷新结果"},
  {Word::asking,         "We are asking the bank",                    "正在向银行确认"},
  {Word::asking_hint,    "The bank has not said yet what became of your payment. Please do not pay again; should money arrive twice, one payment goes back by itself.",
                         "银行尚未返回支付结果，请勿重复支付；如重复到账，多余款项将自动退回。"},
  {Word::was_declined,   "The bank declined this payment. You may choose another way.",
                         "银行拒绝了本次支付，请选择其他方式。"},
  {Word::was_not_sent,   "The bank could not be reached and no money was taken. Please choose again.",
                         "未能连接银行，没有扣款，请重新选择。"},
  {Word::closing,        "This order is being closed",                "订单正在关闭"},
  {Word::paid,           "Payment received",                          "支付成功"},
  {Word::paid_hint,      "You may close this page.",                  "您可以关闭本页面。"},
  {Word::paid_at,        "Paid at",                                   "支付时间"},
  {Word::closed_expired, "The time to pay is over",                   "支付已超时"},
  {Word::closed,         "This order is closed",                      "订单已关闭"},
  {Word::closed_hint,    "Nothing is to be paid any more.",           "无需再支付。"},
  {Word::money_returns,  "On its way back to you:",                   "正在退回："},
  {Word::money_returned, "Returned to you:",                          "已退回："},
  {Word::parked,         "A person is looking after this order. Please do not pay again.",
                         "该订单正在人工处理，请勿重复支付。"},
  {Word::back_to_shop,   "Back to the shop",                          "返回商家"},
  {Word::details,        "Details",                                   "订单详情"},
  {Word::live,           "Live",                                      "实时"},
  {Word::not_live,       "Connection lost, trying again",             "连接中断，正在重试"},
  {Word::refused_path,   "This way to pay has just become unavailable. Please choose another.",
                         "该支付方式刚刚不可用，请选择其他方式。"},
  {Word::refused_busy,   "We cannot take this on right now, and nothing was paid. Please try again in a moment.",
                         "暂时无法处理，没有扣款，请稍后重试。"},
  {Word::refused_form,   "This page had become too old, and nothing was paid. Please choose again. It needs cookies.",
                         "页面已过期，没有扣款，请重新选择（需要启用 Cookie）。"},
  {Word::not_found,      "There is no such order",                    "没有该订单"},
  {Word::not_found_hint, "Please open the payment page from the shop again.",
                         "请从商家页面重新打开收银台。"},
  {Word::not_now,        "This page cannot be shown right now",       "页面暂时无法显示"},
  {Word::not_now_hint,   "Nothing is lost. Please try again in a moment.",
                         "订单不受影响，请稍后重试。"},
  {Word::not_a_form,     "This is not a form of ours",                "表单无效"},
  {Word::quantity,       "×",                                         "×"},
  {Word::seller,         "Seller",                                    "商家"},
});

struct Title {
  std::string_view code, en, zh;
};
constexpr auto methods = std::to_array<Title>({
  {"account", "Bank account",     "银行账户"},
  {"app",     "App",              "应用支付"},
  {"balance", "Balance",          "余额支付"},
  {"bank",    "Online banking",   "网银支付"},
  {"card",    "Bank card",        "银行卡"},
  {"code",    "Payment code",     "付款码"},
  {"h5",      "Mobile page",      "手机网页支付"},
  {"jsapi",   "In-app page",      "应用内支付"},
  {"native",  "QR code",          "扫码支付"},
  {"page",    "Web page",         "网页支付"},
  {"qr",      "QR code",          "扫码支付"},
  {"saved",   "Saved card",       "已存银行卡"},
  {"transfer", "Bank transfer",   "银行转账"},
  {"wallet",  "Wallet",           "钱包"},
  {"web",     "Web page",         "网页支付"},
});
constexpr auto banks = std::to_array<Title>({
  {"abc",   "Agricultural Bank of China", "中国农业银行"},
  {"bcm",   "Bank of Communications",     "交通银行"},
  {"boc",   "Bank of China",              "中国银行"},
  {"ccb",   "China Construction Bank",    "中国建设银行"},
  {"citic", "China CITIC Bank",           "中信银行"},
  {"cmb",   "China Merchants Bank",       "招商银行"},
  {"icbc",  "ICBC",                       "中国工商银行"},
  {"psbc",  "Postal Savings Bank",        "中国邮政储蓄银行"},
});
// clang-format on

static_assert(words.size() == static_cast<std::size_t>(Word::seller) + 1, "every word has both languages");
static_assert(
    [] {
      for (std::size_t i = 0; i < words.size(); ++i)
        if (static_cast<std::size_t>(words[i].word) != i || words[i].en.empty() || words[i].zh.empty()) return false;
      return true;
    }(),
    "in the order of the enumerators");

template <std::size_t N>
std::string_view titled(const std::array<Title, N>& titles, std::string_view code, Language language) {
  const auto found = std::ranges::find(titles, code, &Title::code);
  if (found == titles.end()) return code;
  return language == Language::zh ? found->zh : found->en;
}

std::string named(const ShownName& name, std::string_view otherwise, Language language) {
  const auto& shown = language == Language::zh ? name.zh : name.en;
  return shown.empty() ? std::string{otherwise} : shown;
}

}  // namespace

std::string_view in(Language language, Word word) {
  const auto& row = words.at(static_cast<std::size_t>(word));
  return language == Language::zh ? row.zh : row.en;
}

OptionTitle option_title(std::string_view path, const ShownName& channel, const ShownName& method, Language language) {
  const auto first = path.find('/'), second = path.rfind('/');
  const auto channel_shown = named(channel, path.substr(0, first), language);
  if (first == std::string_view::npos || first == second) return {channel_shown, ""};
  const auto method_code = path.substr(first + 1, second - first - 1), bank_code = path.substr(second + 1);
  const bool names_a_bank = bank_code != "any" && bank_code != path.substr(0, first);
  const auto who = names_a_bank ? std::string{titled(banks, bank_code, language)} : channel_shown;
  return {
      who + (language == Language::zh ? " · " : ", ") + named(method, titled(methods, method_code, language), language),
      names_a_bank ? channel_shown : ""};
}

std::string amount_text(const Money& money) {
  struct Sign {
    std::string_view code, sign;
  };
  static constexpr auto signs =
      std::to_array<Sign>({{"CNY", "¥"}, {"EUR", "€"}, {"GBP", "£"}, {"USD", "$"}, {"HKD", "HK$"}});
  const auto plain = to_text(money);
  const auto found = std::ranges::find(signs, money.currency.code(), &Sign::code);
  return found == signs.end() ? plain : std::string{found->sign} + plain.substr(0, plain.find(' '));
}

}  // namespace tael
