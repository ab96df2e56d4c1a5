#include "runtime/certify/certify.hpp"

#include "runtime/certify/case.hpp"
#include "runtime/inspect/text_table.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <exception>
#include <ostream>
#include <utility>

namespace tael::certify {

namespace json = boost::json;

namespace {

std::string joined(const std::vector<std::string>& findings) {
  std::string all;
  for (const auto& each : findings) all += (all.empty() ? "" : "; ") + each;
  return all;
}

Result play(const Case& played, Stage& stage, const Facts& facts) {
  Result result{std::string{played.name}, std::string{played.claim}, Outcome::passed, {}};
  const bool is_said = played.needs == nullptr || facts.*played.needs;
  if (!is_said) {
    result.outcome = Outcome::not_said;
    result.seen = "the protocol does not say it";
    return result;
  }
  stage.begin();
  try {
    played.play(stage);
    stage.end();
  } catch (const std::exception& thrown) {
    stage.expect(false, std::string{"it throws: "} + thrown.what());
  }
  result.outcome = stage.findings().empty() ? Outcome::passed : Outcome::failed;
  result.seen = stage.findings().empty() ? stage.seen() : joined(stage.findings());
  return result;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed: return "passed";
    case Outcome::failed: return "FAILED";
    case Outcome::not_said: return "not said";
  }
  return "";
}

bool Certificate::is_green() const { return count(Outcome::failed) == 0 && count(Outcome::passed) > 0; }

std::size_t Certificate::count(Outcome outcome) const {
  return static_cast<std::size_t>(std::ranges::count(results, outcome, &Result::outcome));
}

Certificate certify(const Subject& subject, std::string_view only, const std::function<void(const Result&)>& progress) {
  Certificate certificate{subject.channel, {}};
  Stage stage{subject};
  for (const auto part : {payment_cases(), refund_cases(), answer_cases(), callback_cases()})
    for (const auto& each : part) {
      if (!each.name.starts_with(only)) continue;
      certificate.results.push_back(play(each, stage, subject.facts));
      if (progress) progress(certificate.results.back());
    }
  return certificate;
}

void print_table(const Certificate& certificate, std::ostream& out) {
  constexpr std::size_t line = 160;
  TextTable table{{"case", "claim", "outcome", "seen"}};
  for (const auto& result : certificate.results)
    table.add({result.name, result.claim, std::string{name_of(result.outcome)}, printable(result.seen, line)});
  table.print(out);
  out << certificate.channel << ": " << certificate.count(Outcome::passed) << " passed, "
      << certificate.count(Outcome::failed) << " failed, " << certificate.count(Outcome::not_said)
      << " that the protocol does not say\n";
}

std::string to_json(const Certificate& certificate) {
  json::array cases;
  for (const auto& result : certificate.results)
    cases.push_back(json::object{{"name", result.name},
                                 {"claim", result.claim},
                                 {"outcome", result.outcome == Outcome::failed   ? "failed"
                                             : result.outcome == Outcome::passed ? "passed"
                                                                                 : "not_said"},
                                 {"seen", result.seen}});
  return json::serialize(json::object{{"channel", certificate.channel},
                                      {"green", certificate.is_green()},
                                      {"passed", certificate.count(Outcome::passed)},
                                      {"failed", certificate.count(Outcome::failed)},
                                      {"not_said", certificate.count(Outcome::not_said)},
                                      {"cases", std::move(cases)}});
}

}  // namespace tael::certify
