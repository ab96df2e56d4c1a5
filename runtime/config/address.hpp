// Host and port, as they are written.
#pragma once

#include <string>

namespace tael::config {

template <class T>
struct Shape;

/// Port 0 means any free one.
struct Address {
  std::string host;
  int port = 0;
  friend bool operator==(const Address&, const Address&) = default;
};

/// `127.0.0.1:8080`, `[::1]:8080`
std::string to_text(const Address& address);

/// Whoever listens may be given any free port, 0; whoever is called has one.
Shape<Address> address(int port_min = 0);

}  // namespace tael::config
