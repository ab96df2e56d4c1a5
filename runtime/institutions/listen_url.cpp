#include "runtime/institutions/listen_url.hpp"

#include <charconv>
#include <stdexcept>

namespace tael {

ListenUrl parse_listen_url(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  const auto refuse = [&] {
    return std::invalid_argument("a simulated institution listens on http://HOST:PORT, not on " + std::string{url});
  };
  if (!url.starts_with(scheme)) throw refuse();
  auto authority = url.substr(scheme.size());
  if (authority.ends_with('/')) authority.remove_suffix(1);
  const auto colon = authority.rfind(':');
  const auto host = authority.substr(0, colon);
  if (host.empty() || authority.find('/') != std::string_view::npos) throw refuse();

  ListenUrl listen;
  listen.port = 80;
  if (colon != std::string_view::npos) {
    const auto digits = authority.substr(colon + 1);
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), listen.port);
    if (error != std::errc{} || stop != digits.data() + digits.size()) throw refuse();
  }
  const bool is_numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  listen.address = host == "localhost" ? "127.0.0.1" : is_numeric ? std::string{host} : "0.0.0.0";
  return listen;
}

}  // namespace tael
