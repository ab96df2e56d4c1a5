// A bank's front machine: ISO 8583 on the outside, a simulated institution behind it. Several fronts of one institution
// share its ledger. Frames and time go in, frames come out; faults of the institution show as a bank would show them.
#pragma once

#include "adapters/iso8583/mac.hpp"
#include "adapters/simulated/institution.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tael {

struct BankFrontOptions {
  const iso8583::Dialect* dialect = &iso8583::ascii87;
  iso8583::MacKey mac;
  std::string inquiry_code = "380000";       ///< DE3 of a status inquiry.
  std::vector<iso8583::MacKey> next_macs{};  ///< Heard too; the first seals when the ledger has changed its key.
  Duration utc_offset{8h};                   ///< Of the bank's own clock.
};

struct BankFrontReply {
  Manner manner = Manner::answer;
  Duration after{0};
  std::string body;
  Duration drip_pause{0};
};

/// The institution behind a front: its one method decides in the answer, and nobody is called back.
InstitutionOptions bank_behind_front(std::string channel);

class BankFront {
 public:
  /// `ask` reaches the institution, which was made from `bank_behind_front`.
  using Ask = std::function<InstitutionReply(const InstitutionRequest&, TimePoint)>;
  BankFront(BankFrontOptions options, Ask ask);
  BankFrontReply hear(std::string_view body, TimePoint now) const;

 private:
  struct House;
  House pay(const iso8583::Message& asked, TimePoint now) const;
  House refund(const iso8583::Message& asked, TimePoint now) const;
  House inquire(const iso8583::Message& asked, TimePoint now) const;
  House reverse(const iso8583::Message& asked, TimePoint now) const;
  House call(std::string method, std::string target, std::string body, TimePoint now) const;
  BankFrontReply spoken(const iso8583::Message& asked, House house, TimePoint now) const;

  BankFrontOptions options_;
  Ask ask_;
};

}  // namespace tael
