#include "adapters/simulated/bank_front.hpp"

#include "adapters/crypto/crypto.hpp"
#include "adapters/simulated/institution_json.hpp"
#include "adapters/simulated/institution_signature.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

namespace tael {

using namespace institution_json;
using iso8583::Message;

namespace {

const InstitutionKey inner_key{"front", "between-front-and-ledger"};
const InstitutionKey next_inner_key{"front-next", "between-front-and-ledger, changed"};

/// Whoever asks for a payment in a currency we cannot spell is refused with 12.
struct CurrencyNumber {
  std::string_view number, code;
};
constexpr auto currencies = std::to_array<CurrencyNumber>({{"156", "CNY"},
                                                           {"344", "HKD"},
                                                           {"352", "ISK"},
                                                           {"392", "JPY"},
                                                           {"410", "KRW"},
                                                           {"414", "KWD"},
                                                           {"800", "UGX"},
                                                           {"826", "GBP"},
                                                           {"840", "USD"},
                                                           {"969", "MGA"},
                                                           {"978", "EUR"},
                                                           {"990", "CLF"}});

struct Word {
  std::string_view house, code;
};
/// Statuses, reasons and errors of the house protocol, as a bank says them.
constexpr auto words = std::to_array<Word>({
    {"paid", "00"},
    {"refunded", "00"},
    {"pending", "09"},
    {"processing", "09"},
    {"closed", "54"},
    {"refused_by_bank", "05"},
    {"insufficient_funds", "51"},
    {"account_closed", "14"},
    {"failed", "05"},
    {"rejected", "14"},
    {"not_found", "25"},
    {"payment_not_found", "25"},
    {"payment_not_paid", "12"},
    {"refund_too_large", "13"},
    {"number_conflict", "94"},
    {"bad_request", "30"},
    {"method_not_offered", "40"},
    {"busy", "90"},
    {"bank_unavailable", "91"},
    {unheard_of, "Z9"},
});

std::string code_of(std::string_view word) {
  const auto* row = std::ranges::find(words, word, &Word::house);
  return std::string{row == words.end() ? "96" : row->code};
}

/// A word that may be a number of the institution.
std::string plain(std::string_view text) {
  std::string word;
  for (const char c : text)
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) word += c;
  return word;
}

/// What the ledger calls a message: its terminal, its day or batch, and its trace number.
std::string number_of(const Message& asked) {
  const auto moment =
      asked.has(7) ? asked.at(7) : asked.at(60).substr(0, std::min<std::size_t>(8, asked.at(60).size()));
  const auto day = asked.has(7) ? moment : moment.substr(std::min<std::size_t>(2, moment.size()));
  return plain(asked.word(41)) + "-" + plain(day) + "-" + plain(asked.at(11));
}

/// The original of a reversal, refund or inquiry: DE90, or DE61 with the batch, or the message's own trace number.
std::string original_of(const Message& asked) {
  const auto terminal = plain(asked.word(41));
  if (const auto data = asked.at(90); data.size() == 42)
    return terminal + "-" + std::string{data.substr(10, 10)} + "-" + std::string{data.substr(4, 6)};
  if (const auto data = asked.at(61); data.size() >= 12)
    return terminal + "-" + std::string{data.substr(0, 6)} + "-" + std::string{data.substr(6, 6)};
  return number_of(asked);
}

std::int64_t amount_of(const Message& asked) {
  std::int64_t amount = 0;
  const auto text = asked.at(4);
  std::from_chars(text.data(), text.data() + text.size(), amount);
  return amount;
}

std::string currency_of(const Message& asked) {
  const auto* row = std::ranges::find(currencies, asked.word(49), &CurrencyNumber::number);
  return std::string{row == currencies.end() ? "" : row->code};
}

std::string header(const InstitutionReply& reply, std::string_view name) {
  const auto found = std::ranges::find(reply.headers, name, &std::pair<std::string, std::string>::first);
  return found == reply.headers.end() ? std::string{} : found->second;
}

/// TPDU addresses change places in the answer (reference 6.3).
std::string answered_header(std::string given) {
  if (given.size() >= 5) std::swap_ranges(given.begin() + 1, given.begin() + 3, given.begin() + 3);
  return given;
}

std::string hour_before(std::string_view transmission) {
  std::string moved{transmission};
  if (moved.size() == 10) moved[5] = moved[5] == '0' ? '1' : '0';
  return moved;
}

}  // namespace

/// What came back from the ledger, and a code that goes before what it says.
struct BankFront::House {
  InstitutionReply reply;
  std::string code;
};

InstitutionOptions bank_behind_front(std::string channel) {
  InstitutionOptions options;
  options.channel = std::move(channel);
  options.merchant = "front";
  options.merchant_keys = {inner_key};
  options.keys = {inner_key, next_inner_key};
  options.methods = {{"account", "none", {}}};
  return options;
}

BankFront::BankFront(BankFrontOptions options, Ask ask) : options_(std::move(options)), ask_(std::move(ask)) {}

BankFrontReply BankFront::hear(std::string_view body, TimePoint now) const {
  const auto decoded = iso8583::decode(body, *options_.dialect);
  const auto& asked = decoded.message;
  // A type that is no request has no answer.
  if (asked.type.size() != 4 || (asked.type[2] - '0') % 2 != 0) return {Manner::hang, {}, {}};
  if (!decoded.error.empty() || !decoded.unreadable.empty()) return spoken(asked, {{}, "30"}, now);
  if (!iso8583::is_sealed(body, asked, *options_.dialect, options_.mac, options_.next_macs))
    return spoken(asked, {{}, "A0"}, now);
  const auto kind = asked.type.substr(0, 2), code = std::string{asked.at(3)};
  if (kind == "08") return spoken(asked, {{}, "00"}, now);
  if (kind == "04") return spoken(asked, reverse(asked, now), now);
  if (kind != "02") return spoken(asked, {{}, "40"}, now);
  if (code == options_.inquiry_code) return spoken(asked, inquire(asked, now), now);
  if (code.starts_with("00")) return spoken(asked, pay(asked, now), now);
  if (code.starts_with("20")) return spoken(asked, refund(asked, now), now);
  return spoken(asked, {{}, "12"}, now);
}

BankFront::House BankFront::call(std::string method, std::string target, std::string body, TimePoint now) const {
  InstitutionRequest request{std::move(method), std::move(target), {}, std::move(body)};
  const auto timestamp = std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  const std::string nonce = "front";
  const auto text = request.method + "\n" + request.target + "\n" + timestamp + "\n" + nonce + "\n" + request.body;
  request.headers = {{"house-merchant", "front"},
                     {"house-key", inner_key.id},
                     {"house-timestamp", timestamp},
                     {"house-nonce", nonce},
                     {"house-signature", hmac_sha256_hex(inner_key.secret, text)}};
  return {ask_(request, now), {}};
}

BankFront::House BankFront::pay(const Message& asked, TimePoint now) const {
  if (currency_of(asked).empty()) return {{}, "12"};
  const boost::json::object body{{"number", number_of(asked)},
                                 {"method", "account"},
                                 {"bank", ""},
                                 {"amount", amount_of(asked)},
                                 {"currency", currency_of(asked)},
                                 {"subject", ""},
                                 {"expires_at", to_rfc3339(now + 24h)},
                                 {"callback_url", ""}};
  return call("POST", "/v1/payments", boost::json::serialize(body), now);
}

BankFront::House BankFront::refund(const Message& asked, TimePoint now) const {
  const boost::json::object body{{"number", number_of(asked)},
                                 {"payment_number", original_of(asked)},
                                 {"amount", amount_of(asked)},
                                 {"currency", currency_of(asked)},
                                 {"reason", ""},
                                 {"callback_url", ""}};
  return call("POST", "/v1/refunds", boost::json::serialize(body), now);
}

/// It may ask about a sale or about a refund: trace numbers are of one sequence.
BankFront::House BankFront::inquire(const Message& asked, TimePoint now) const {
  auto known = call("GET", "/control/payments/" + original_of(asked), "", now);
  const bool is_sale = known.reply.status == 200;
  return call("GET", (is_sale ? "/v1/payments/" : "/v1/refunds/") + original_of(asked), "", now);
}

/// Unpaid is closed, paid goes back, and what never came is closed before it comes: then a late original finds it so.
BankFront::House BankFront::reverse(const Message& asked, TimePoint now) const {
  const auto number = original_of(asked);
  const auto known = call("GET", "/control/payments/" + number, "", now);
  const auto payment = object(known.reply.body);
  const auto left = integer(payment, "received").value_or(0) - integer(payment, "returned").value_or(0);
  if (text(payment, "status") == "paid") {
    if (left <= 0) return {{}, "00"};  // Reversed before.
    const boost::json::object body{{"number", number + "-undo"},
                                   {"payment_number", number},
                                   {"amount", left},
                                   {"currency", text(payment, "currency")},
                                   {"reason", "reversal"},
                                   {"callback_url", ""}};
    return call("POST", "/v1/refunds", boost::json::serialize(body), now);
  }
  auto closed = call("POST", "/v1/payments/" + number + "/close", "", now);
  if (closed.reply.status == 200 && !object(closed.reply.body).empty())
    closed.code = known.reply.status == 404 ? "25" : "00";
  return closed;
}

BankFrontReply BankFront::spoken(const Message& asked, House house, TimePoint now) const {
  const auto& reply = house.reply;
  const auto body = object(reply.body);
  const bool executed = reply.status == 200 && !body.empty();
  const bool is_inner = !reply.headers.empty() || executed || reply.status != 200;  // It went through the ledger.
  Message answer{answered_header(asked.header), asked.type, {}};
  answer.type[2] = static_cast<char>(answer.type[2] + 1);
  answer.type[3] = '0';
  for (const int de : {3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 60, 70})
    if (asked.has(de)) answer.fields[de] = asked.at(de);
  const auto reason = text(body, "code");
  answer.fields[39] = !house.code.empty() ? house.code : code_of(reason.empty() ? text(body, "status") : reason);
  const auto transaction = text(body, "transaction");
  if (!asked.has(12) && asked.type.substr(0, 2) == "02") {
    const auto local =
        to_rfc3339(now + options_.utc_offset);  // The POS form's terminals take their clock from the host.
    answer.fields[12] = local.substr(11, 2) + local.substr(14, 2) + local.substr(17, 2);
    answer.fields[13] = local.substr(5, 2) + local.substr(8, 2);
  }
  if (!transaction.empty()) {
    answer.fields[38] = plain(transaction).substr(0, 6);
    if (!answer.has(37)) answer.fields[37] = plain(transaction).substr(0, 12);
  }
  if (const auto amount = integer(body, "amount"); executed && amount) answer.fields[4] = std::to_string(*amount);

  // The ledger's faults, as they show on this wire.
  const auto signature = header(reply, "house-signature"), key = header(reply, "house-key");
  const auto stamp = header(reply, "house-timestamp");
  const auto now_seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  if (executed && !integer(body, "amount") && asked.type.substr(0, 2) == "02") answer.fields.erase(4);
  if (text(body, "number").ends_with('X') && answer.has(37)) answer.fields[37].front() = 'X';
  if (!stamp.empty() && std::llabs(now_seconds - std::atoll(stamp.c_str())) > 300 && answer.has(7))
    answer.fields[7] = hour_before(answer.at(7));
  // Which key the ledger signs with tells whether the bank has changed its own.
  auto mac = key == next_inner_key.id && !options_.next_macs.empty() ? options_.next_macs.front() : options_.mac;
  const bool forged = signature.find_first_not_of('0') == std::string::npos && !signature.empty();
  if (forged || key == "of-nobody")
    for (auto& byte : mac.bytes) byte = static_cast<char>(byte ^ 0x55);
  const bool is_unsigned = executed && signature.empty();
  auto bytes =
      (is_unsigned ? iso8583::encode(answer, *options_.dialect) : iso8583::seal(answer, *options_.dialect, mac)).bytes;
  constexpr std::size_t lost_tail = 10;
  if (is_inner && reply.status == 200 && !executed && house.code.empty() && bytes.size() > lost_tail)
    bytes.resize(bytes.size() - lost_tail);
  if (reply.body == garbage) bytes = garbage;
  return {reply.manner, reply.after, std::move(bytes), reply.drip_pause};
}

}  // namespace tael
