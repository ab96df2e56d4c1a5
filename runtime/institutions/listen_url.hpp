// Where a simulated institution listens, read from the URL that channels call it by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tael {

struct ListenUrl {
  std::string address;
  std::uint16_t port = 0;
};

/// `http://127.0.0.1:9101` or `http://localhost:9101`; any other name listens on all addresses. Throws
/// std::invalid_argument for what is not plain HTTP with at most a host and a port.
ListenUrl parse_listen_url(std::string_view url);

}  // namespace tael
