#include "runtime/scenario/institutions.hpp"

#include "runtime/institutions/institution_of.hpp"

namespace tael::scenario {
namespace {

InstitutionOptions options_of(const config::ChannelConfig& channel) {
  auto options = institution_of(channel);
  for (auto& method : options.methods) method.voucher = "qr";
  options.payers_wait = true;
  options.delays.answer_after = 20ms;
  options.delays.answer_jitter = 60ms;
  return options;
}

}  // namespace

Institutions::Branch::Branch(Institutions& owner, InstitutionOptions options, Dice& dice)
    : all(owner),
      institution(std::move(options), dice),
      wire(institution, owner.world_,
           [&owner](Duration wait, auto then) { owner.agenda_.at(owner.world_.now() + wait, std::move(then)); }) {}

void Institutions::Branch::send(HttpCall call, std::function<void(HttpAnswer)> done) {
  wire.send(std::move(call), std::move(done));
  all.arrange(*this);
}

Institutions::Institutions(const config::Config& config, kit::World& world, Agenda& agenda, Dice& dice)
    : world_(world), agenda_(agenda) {
  for (const auto& [code, channel] : config.channels)
    branches_.emplace(code, std::make_unique<Branch>(*this, options_of(channel), dice));
}

bool Institutions::pay(const std::string& channel, const std::string& number) {
  auto& branch = *branches_.at(channel);
  const auto* payment = branch.institution.book().find_payment(number);
  if (payment == nullptr || payment->status != InstitutionPayment::Status::pending) return false;
  branch.institution.handle({"POST", "/control/pay", {}, R"({"number":")" + number + "\"}"}, world_.now());
  arrange(branch);
  return payment->status == InstitutionPayment::Status::paid;
}

std::vector<std::string> Institutions::channels() const {
  std::vector<std::string> codes;
  for (const auto& [code, branch] : branches_) codes.push_back(code);
  return codes;
}

void Institutions::arrange(Branch& branch) {
  const auto due = branch.institution.next_due();
  if (!due || *due >= branch.wakes_at) return;
  branch.wakes_at = *due;
  agenda_.at(*due, [this, &branch, when = *due] {
    if (branch.wakes_at == when) tick(branch);
  });
}

void Institutions::tick(Branch& branch) {
  branch.wakes_at = TimePoint::max();
  for (auto& callback : branch.institution.tick(world_.now())) {
    // Copies of one instant travel each by their own way, so that they may overtake each other.
    const auto travels = Duration{static_cast<std::int64_t>(agenda_.roll() % 20)};
    agenda_.at(world_.now() + travels, [this, &branch, callback = std::move(callback)] {
      deliver_(branch.institution.options().channel, callback.call, [this, &branch, id = callback.id](int status) {
        branch.institution.callback_answered(id, status >= 200 && status < 300, world_.now());
        arrange(branch);
      });
    });
  }
  arrange(branch);
}

}  // namespace tael::scenario
