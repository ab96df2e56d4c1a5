#include "adapters/channels/iso8583/iso8583_messages.hpp"

#include "adapters/encoding/card_numbers.hpp"

#include <algorithm>
#include <array>

namespace tael::iso8583 {

namespace {

using namespace std::chrono;

struct CurrencyNumber {
  std::string_view code, number;
};
// clang-format off
constexpr auto currency_numbers = std::to_array<CurrencyNumber>({
    {"AED", "784"}, {"AFN", "971"}, {"ALL", "008"}, {"AMD", "051"}, {"AOA", "973"}, {"ARS", "032"}, {"AUD", "036"},
    {"AWG", "533"}, {"AZN", "944"}, {"BAM", "977"}, {"BBD", "052"}, {"BDT", "050"}, {"BHD", "048"}, {"BIF", "108"},
    {"BMD", "060"}, {"BND", "096"}, {"BOB", "068"}, {"BOV", "984"}, {"BRL", "986"}, {"BSD", "044"}, {"BTN", "064"},
    {"BWP", "072"}, {"BYN", "933"}, {"BZD", "084"}, {"CAD", "124"}, {"CDF", "976"}, {"CHE", "947"}, {"CHF", "756"},
    {"CHW", "948"}, {"CLF", "990"}, {"CLP", "152"}, {"CNY", "156"}, {"COP", "170"}, {"COU", "970"}, {"CRC", "188"},
    {"CUP", "192"}, {"CVE", "132"}, {"CZK", "203"}, {"DJF", "262"}, {"DKK", "208"}, {"DOP", "214"}, {"DZD", "012"},
    {"EGP", "818"}, {"ERN", "232"}, {"ETB", "230"}, {"EUR", "978"}, {"FJD", "242"}, {"FKP", "238"}, {"GBP", "826"},
    {"GEL", "981"}, {"GHS", "936"}, {"GIP", "292"}, {"GMD", "270"}, {"GNF", "324"}, {"GTQ", "320"}, {"GYD", "328"},
    {"HKD", "344"}, {"HNL", "340"}, {"HTG", "332"}, {"HUF", "348"}, {"IDR", "360"}, {"ILS", "376"}, {"INR", "356"},
    {"IQD", "368"}, {"IRR", "364"}, {"ISK", "352"}, {"JMD", "388"}, {"JOD", "400"}, {"JPY", "392"}, {"KES", "404"},
    {"KGS", "417"}, {"KHR", "116"}, {"KMF", "174"}, {"KPW", "408"}, {"KRW", "410"}, {"KWD", "414"}, {"KYD", "136"},
    {"KZT", "398"}, {"LAK", "418"}, {"LBP", "422"}, {"LKR", "144"}, {"LRD", "430"}, {"LSL", "426"}, {"LYD", "434"},
    {"MAD", "504"}, {"MDL", "498"}, {"MGA", "969"}, {"MKD", "807"}, {"MMK", "104"}, {"MNT", "496"}, {"MOP", "446"},
    {"MRU", "929"}, {"MUR", "480"}, {"MVR", "462"}, {"MWK", "454"}, {"MXN", "484"}, {"MXV", "979"}, {"MYR", "458"},
    {"MZN", "943"}, {"NAD", "516"}, {"NGN", "566"}, {"NIO", "558"}, {"NOK", "578"}, {"NPR", "524"}, {"NZD", "554"},
    {"OMR", "512"}, {"PAB", "590"}, {"PEN", "604"}, {"PGK", "598"}, {"PHP", "608"}, {"PKR", "586"}, {"PLN", "985"},
    {"PYG", "600"}, {"QAR", "634"}, {"RON", "946"}, {"RSD", "941"}, {"RUB", "643"}, {"RWF", "646"}, {"SAR", "682"},
    {"SBD", "090"}, {"SCR", "690"}, {"SDG", "938"}, {"SEK", "752"}, {"SGD", "702"}, {"SHP", "654"}, {"SLE", "925"},
    {"SOS", "706"}, {"SRD", "968"}, {"SSP", "728"}, {"STN", "930"}, {"SVC", "222"}, {"SYP", "760"}, {"SZL", "748"},
    {"THB", "764"}, {"TJS", "972"}, {"TMT", "934"}, {"TND", "788"}, {"TOP", "776"}, {"TRY", "949"}, {"TTD", "780"},
    {"TWD", "901"}, {"TZS", "834"}, {"UAH", "980"}, {"UGX", "800"}, {"USD", "840"}, {"USN", "997"}, {"UYI", "940"},
    {"UYU", "858"}, {"UYW", "927"}, {"UZS", "860"}, {"VED", "926"}, {"VES", "928"}, {"VND", "704"}, {"VUV", "548"},
    {"WST", "882"}, {"XAD", "396"}, {"XAF", "950"}, {"XCD", "951"}, {"XCG", "532"}, {"XOF", "952"}, {"XPF", "953"},
    {"YER", "886"}, {"ZAR", "710"}, {"ZMW", "967"}, {"ZWG", "924"},
});
// clang-format on

/// Of the constants a reversal repeats only who was charged and by whom (reference 6.5).
constexpr auto kept_by_reversals = std::to_array({2, 32, 33, 102, 103});

constexpr std::string_view sale_code = "000000", refund_code = "200000";
constexpr std::size_t subject_length_max = 99;

std::string digits(std::int64_t value, std::size_t width) {
  auto text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

struct WireClock {
  std::string date, time;  ///< MMDD and hhmmss.
};
WireClock wire_clock(TimePoint at) {
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{floor<seconds>(at - day)};
  return {digits(unsigned{date.month()}, 2) + digits(unsigned{date.day()}, 2),
          digits(time.hours().count(), 2) + digits(time.minutes().count(), 2) + digits(time.seconds().count(), 2)};
}

std::string transmission(TimePoint at) {
  const auto clock = wire_clock(at);
  return clock.date + clock.time;
}

/// YDDDhhnnnnnn: the customary reference of an acquirer, unique for ten years with its terminal.
std::string reference(const WireTrace& trace) {
  const auto day = floor<days>(trace.sent_at);
  const auto year = year_month_day{day}.year();
  const auto of_year = (day - sys_days{year / January / 1}).count() + 1;
  return digits(int{year} % 10, 1) + digits(of_year, 3) + wire_clock(trace.sent_at).time.substr(0, 2) +
         digits(trace.trace, 6);
}

bool is_pos(const Iso8583Options& options) { return options.dialect == &cup_bcd; }

Message message_of(const Iso8583Options& options, std::string type, const WireTrace& trace, std::string_view code) {
  Message message{options.header, std::move(type), options.constants};
  auto& fields = message.fields;
  fields[3] = code;
  fields[4] = digits(trace.amount.amount, 12);
  fields[11] = digits(trace.trace, 6);
  fields[41] = trace.terminal;
  fields[42] = options.merchant;
  fields[49] = numeric_currency(trace.amount.currency);
  if (is_pos(options)) return message;
  const auto local = wire_clock(trace.sent_at + options.utc_offset);
  fields[7] = transmission(trace.sent_at);
  fields[12] = local.time;
  fields[13] = local.date;
  fields[37] = reference(trace);
  return message;
}

/// DE90: type, trace number, transmission time, acquirer and forwarder of the original.
std::string original_data(const Iso8583Options& options, const WireTrace& original, std::string_view type) {
  const auto institution = [&](int de) {
    const auto found = options.constants.find(de);
    auto text = found == options.constants.end() ? std::string{} : found->second;
    return text.insert(0, 11 - std::min<std::size_t>(11, text.size()), '0');
  };
  return std::string{type} + digits(original.trace, 6) + transmission(original.sent_at) + institution(32) +
         institution(33);
}

std::string printable(std::string_view subject) {
  auto text = mask_card_numbers(subject);
  for (auto& c : text)
    if (c < 0x20 || c > 0x7E) c = ' ';
  if (text.size() > subject_length_max) text.resize(subject_length_max);
  return text;
}

/// The terminal's own half of a transaction's name is not part of what the host calls it.
std::string reference_of(const WireTrace& trace) {
  const auto slash = trace.transaction.rfind('/');
  return slash == std::string::npos ? std::string{} : trace.transaction.substr(slash + 1);
}

/// What is kept of an answer goes into texts of ours; a host may write any bytes.
bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; });
}

std::string repeat_of(std::string type, bool repeated) {
  if (repeated) type.back() = '1';
  return type;
}

}  // namespace

Message sale(const Iso8583Options& options, const WireTrace& trace, const std::string& subject) {
  auto message = message_of(options, "0200", trace, sale_code);
  if (options.subject_field != 0) message.fields[options.subject_field] = printable(subject);
  if (is_pos(options)) message.fields[60] = "22" + options.batch;
  return message;
}

Message refund(const Iso8583Options& options, const WireTrace& trace, const WireTrace& original, bool repeated) {
  auto message = message_of(options, repeat_of(is_pos(options) ? "0220" : "0200", repeated), trace, refund_code);
  if (!is_pos(options)) {
    message.fields[90] = original_data(options, original, "0200");
    return message;
  }
  message.fields[37] = reference_of(original);
  message.fields[60] = "25" + options.batch;
  message.fields[61] =
      options.batch + digits(original.trace, 6) + wire_clock(original.sent_at + options.utc_offset).date;
  return message;
}

Message reversal(const Iso8583Options& options, const WireTrace& trace, const WireTrace& original, bool repeated) {
  constexpr std::string_view no_answer = "98";
  auto message = message_of(options, repeat_of("0400", repeated), original, sale_code);
  std::erase_if(message.fields, [&](const auto& field) {
    return options.constants.contains(field.first) &&
           std::ranges::find(kept_by_reversals, field.first) == kept_by_reversals.end();
  });
  if (is_pos(options)) {
    message.fields[39] = no_answer;
    message.fields[60] = "22" + options.batch;
    return message;
  }
  message.fields[7] = transmission(trace.sent_at);
  message.fields[11] = digits(trace.trace, 6);
  message.fields[90] = original_data(options, original, "0200");
  return message;
}

Message inquiry(const Iso8583Options& options, const WireTrace& original, ChannelOp op, TimePoint now) {
  auto message = message_of(options, "0200", original, options.inquiry_code);
  if (is_pos(options)) {
    message.fields[60] = (op == ChannelOp::inquire_refund ? "25" : "22") + options.batch;
    return message;
  }
  message.fields[7] = transmission(now);
  message.fields[90] = original_data(options, original, "0200");
  return message;
}

Message greeting(const Iso8583Options& options, std::uint32_t serial, TimePoint now, std::string_view network_code) {
  constexpr std::uint32_t trace_max = 999'999;
  Message message{options.header, "0800", {}};
  message.fields[11] = digits(serial % trace_max + 1, 6);
  if (is_pos(options)) {
    message.fields[41] = options.terminals.front();
    message.fields[42] = options.merchant;
    message.fields[60] = "00" + options.batch + std::string{network_code};
    return message;
  }
  message.fields[7] = transmission(now);
  message.fields[70] = network_code;
  return message;
}

std::string key_of(const Message& message) {
  std::string key = message.type.substr(0, 2);
  for (const int de : {3, 11, 41}) key.append("/").append(message.word(de));
  return key;
}

std::string disbelief(const Message& request, const Decoded& decoded) {
  const auto& answer = decoded.message;
  // 0200 and 0201 are answered by 0210, 0220 by 0230.
  auto type = request.type;
  type[2] = static_cast<char>(type[2] + 1);
  type[3] = '0';
  if (answer.type != type || !answer.has(39)) return "malformed";
  for (const int de : {37, 39})
    if (!is_printable(answer.at(de)) || decoded.unreadable.contains(de)) return "malformed";
  constexpr auto repeated = std::to_array({2, 3, 7, 11, 37, 41, 42});
  const auto is_needed = [&](const auto& field) {
    return request.has(field.first) && std::ranges::find(repeated, field.first) != repeated.end();
  };
  if (std::ranges::any_of(decoded.unreadable, is_needed)) return "malformed";
  const auto differs = [&](int de) { return request.has(de) && answer.has(de) && request.word(de) != answer.word(de); };
  if (differs(7)) return "stale";
  return std::ranges::any_of(repeated, differs) ? "other_number" : "";
}

std::optional<Money> amount_in(const Message& message) {
  const auto found = std::ranges::find(currency_numbers, message.word(49), &CurrencyNumber::number);
  if (found == currency_numbers.end() || !message.has(4)) return std::nullopt;
  const auto units = std::stoll(std::string{message.at(4)});  // Twelve digits, as the codec checked.
  const auto currency = Currency::parse(found->code);
  if (units <= 0 || !currency) return std::nullopt;
  return Money{units, *currency};
}

std::optional<TimePoint> time_in(const Message& message, Duration utc_offset, TimePoint now) {
  const auto date = message.at(13), time = message.at(12);
  if (date.empty() || time.empty()) return std::nullopt;
  const auto number = [](std::string_view text, std::size_t at) {
    return static_cast<unsigned>((text[at] - '0') * 10 + (text[at + 1] - '0'));
  };
  const month_day local{month{number(date, 0)}, day{number(date, 2)}};
  const unsigned hour = number(time, 0), minute = number(time, 2), second = number(time, 4);
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  std::optional<TimePoint> nearest;
  const auto this_year = year_month_day{floor<days>(now)}.year();
  for (const int off : {-1, 0, 1}) {
    const year_month_day full{this_year + years{off}, local.month(), local.day()};
    if (!full.ok()) continue;
    const TimePoint at = sys_days{full} + hours{hour} + minutes{minute} + seconds{second} - utc_offset;
    if (!nearest || abs(at - now) < abs(*nearest - now)) nearest = at;
  }
  return nearest;
}

std::string transaction_in(const Message& message) {
  const auto reference = message.word(37);
  return reference.empty() ? std::string{} : std::string{message.word(41)} + "/" + std::string{reference};
}

std::string own_transaction(const Message& asked, const Message& answer) {
  return asked.type.starts_with("022") ? std::string{} : transaction_in(answer);
}

std::string numeric_currency(Currency currency) {
  const auto found = std::ranges::find(currency_numbers, currency.code(), &CurrencyNumber::code);
  return found == currency_numbers.end() ? std::string{} : std::string{found->number};
}

}  // namespace tael::iso8583
