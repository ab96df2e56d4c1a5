#include "adapters/simulated/institution_faults.hpp"

namespace tael {

namespace {

bool acts_on(FaultStage stage, ChannelOp op) {
  switch (stage) {
    case FaultStage::call:
    case FaultStage::answer: return true;
    case FaultStage::payment: return op == ChannelOp::pay;
    case FaultStage::refund: return op == ChannelOp::refund;
    case FaultStage::lookup:
      return op == ChannelOp::inquire || op == ChannelOp::inquire_refund || op == ChannelOp::inquire_transfer;
  }
  return false;
}

bool in_scope(std::string_view scope, std::string_view method, std::string_view bank) {
  if (scope.empty() || scope == method) return true;
  return scope.size() == method.size() + 1 + bank.size() && scope.starts_with(method) && scope.ends_with(bank) &&
         scope[method.size()] == '/';
}

bool is_over(const FaultRule& rule, TimePoint now) { return rule.count == 0 || (rule.until && now >= *rule.until); }

}  // namespace

const FaultRow* find_fault(Fault fault) {
  const auto* row = std::ranges::find(fault_table, fault, &FaultRow::fault);
  return row == fault_table.end() ? nullptr : row;
}

const FaultRow* find_fault(std::string_view name) {
  const auto* row = std::ranges::find(fault_table, name, &FaultRow::name);
  return row == fault_table.end() ? nullptr : row;
}

Fault magic_fault(ChannelOp op, std::int64_t amount) {
  const auto digits = static_cast<int>(amount % 100);
  for (const auto& row : fault_table) {
    const bool is_about_op = (row.stage == FaultStage::refund) == (op == ChannelOp::refund);
    if (digits != 0 && row.digits == digits && is_about_op) return row.fault;
  }
  return Fault::none;
}

void FaultBoard::heal(std::string_view scope) {
  std::erase_if(rules_, [&](const FaultRule& rule) { return scope.empty() || rule.scope == scope; });
}

Fault FaultBoard::take(ChannelOp op, std::string_view method, std::string_view bank, TimePoint now, Dice& dice) {
  std::erase_if(rules_, [&](const FaultRule& rule) { return is_over(rule, now); });
  for (auto& rule : rules_) {
    const auto* row = find_fault(rule.fault);
    if (row == nullptr || !acts_on(row->stage, op) || (rule.op && *rule.op != op)) continue;
    if (!in_scope(rule.scope, method, bank)) continue;
    if (rule.percent < 100 && dice.roll() % 100 >= static_cast<std::uint64_t>(rule.percent)) continue;
    if (rule.count > 0) --rule.count;
    return rule.fault;
  }
  return Fault::none;
}

bool FaultBoard::refuses_all(TimePoint now) const {
  return std::ranges::any_of(rules_, [&](const FaultRule& rule) {
    return rule.fault == Fault::refuse && rule.scope.empty() && !rule.op && rule.count < 0 && !is_over(rule, now);
  });
}

std::optional<TimePoint> FaultBoard::next_end(TimePoint now) const {
  std::optional<TimePoint> next;
  for (const auto& rule : rules_)
    if (rule.until && *rule.until > now && (!next || *rule.until < *next)) next = rule.until;
  return next;
}

}  // namespace tael
