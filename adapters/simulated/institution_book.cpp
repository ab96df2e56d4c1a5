#include "adapters/simulated/institution_book.hpp"

#include <utility>

namespace tael {

namespace {

template <class Map>
auto* find_in(Map& map, std::string_view number) {
  const auto found = map.find(std::string{number});
  return found == map.end() ? nullptr : &found->second;
}

void add_to(InstitutionTotal& total, const InstitutionLine& line) {
  (line.is_refund ? total.refunds : total.payments) += 1;
  (line.is_refund ? total.refunded : total.received) += line.amount.amount;
  total.fee += line.fee;
}

std::string csv(const InstitutionLine& line) {
  return to_rfc3339(line.at) + (line.is_refund ? ",refund," : ",pay,") + line.number + "," + line.transaction + "," +
         std::to_string(line.amount.amount) + "," + line.amount.currency.text() + "," + std::to_string(line.fee) +
         (line.is_refund ? ",refunded\n" : ",paid\n");
}

std::string csv(Currency currency, const InstitutionTotal& total) {
  return "summary," + currency.text() + "," + std::to_string(total.payments) + "," + std::to_string(total.received) +
         "," + std::to_string(total.refunds) + "," + std::to_string(total.refunded) + "," + std::to_string(total.fee) +
         ",\n";
}

}  // namespace

std::string_view name_of(InstitutionPayment::Status status) {
  switch (status) {
    case InstitutionPayment::Status::pending: return "pending";
    case InstitutionPayment::Status::paid: return "paid";
    case InstitutionPayment::Status::closed: return "closed";
    case InstitutionPayment::Status::failed: return "failed";
  }
  return {};
}

std::string_view name_of(InstitutionTransfer::Status status) {
  switch (status) {
    case InstitutionTransfer::Status::processing: return "processing";
    case InstitutionTransfer::Status::paid_out: return "paid_out";
    case InstitutionTransfer::Status::rejected: return "rejected";
  }
  return {};
}

std::string_view name_of(InstitutionRefund::Status status) {
  switch (status) {
    case InstitutionRefund::Status::processing: return "processing";
    case InstitutionRefund::Status::refunded: return "refunded";
    case InstitutionRefund::Status::rejected: return "rejected";
  }
  return {};
}

InstitutionTransfer* InstitutionBook::find_transfer(std::string_view number) { return find_in(transfers_, number); }

InstitutionTransfer& InstitutionBook::add(InstitutionTransfer transfer) {
  auto number = transfer.number;
  return transfers_.insert_or_assign(std::move(number), std::move(transfer)).first->second;
}

InstitutionPayment* InstitutionBook::find_payment(std::string_view number) { return find_in(payments_, number); }
const InstitutionPayment* InstitutionBook::find_payment(std::string_view number) const {
  return find_in(payments_, number);
}
InstitutionRefund* InstitutionBook::find_refund(std::string_view number) { return find_in(refunds_, number); }

InstitutionPayment& InstitutionBook::add(InstitutionPayment payment) {
  auto number = payment.number;
  return payments_.insert_or_assign(std::move(number), std::move(payment)).first->second;
}

InstitutionRefund& InstitutionBook::add(InstitutionRefund refund) {
  auto number = refund.number;
  return refunds_.insert_or_assign(std::move(number), std::move(refund)).first->second;
}

void InstitutionBook::write(InstitutionLine line) {
  add_to(totals_[line.amount.currency], line);
  lines_.push_back(std::move(line));
}

std::map<std::string_view, std::int64_t> InstitutionBook::counts() const {
  std::map<std::string_view, std::int64_t> counts;
  for (const auto& [number, payment] : payments_) ++counts[name_of(payment.status)];
  return counts;
}

std::string InstitutionBook::bill(std::string_view date) const {
  std::string text = "time,kind,number,transaction,amount,currency,fee,status\n";
  std::map<Currency, InstitutionTotal> totals;
  for (const auto& line : lines_) {
    if (!to_rfc3339(line.at).starts_with(date)) continue;
    text += csv(line);
    add_to(totals[line.amount.currency], line);
  }
  for (const auto& [currency, total] : totals) text += csv(currency, total);
  return text;
}

}  // namespace tael
