// Reads requests as the API does, for judges that compare with what openapi.yaml says of them. Each line of the input
// is `create`, `pay`, `refund` or `close`, a space and a body; each line of the output `accepted`, or the pointers of
// what is wrong.
#include "runtime/api/order_requests.hpp"
#include "tests/api/api_support.hpp"

#include <iostream>
#include <string>

namespace tael {
namespace {

template <class Read>
std::string verdict(const Read& read) {
  const auto* bad = std::get_if<BadBody>(&read);
  if (bad == nullptr) return "accepted";
  std::string pointers;
  for (const auto& error : bad->errors) pointers += (pointers.empty() ? "" : " ") + error.pointer;
  return pointers;
}

std::string verdict_on(std::string_view route, std::string_view body) {
  auto business = test::bakery();
  business.http_allowed = true;
  business.types_allowed = {};
  if (route == "create") return verdict(read_create(body, business, *parse_rfc3339("2026-11-21T08:30:00Z")));
  if (route == "pay") return verdict(read_payment(body));
  if (route == "refund") return verdict(read_refund(body));
  return verdict(read_close(body));
}

}  // namespace
}  // namespace tael

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const std::string_view text = line;
    const auto space = text.find(' ');
    std::cout << tael::verdict_on(text.substr(0, space), text.substr(space + 1)) << '\n';
  }
}
