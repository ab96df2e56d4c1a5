// `tael simulate business`: a business that receives notices, for the demo, for scenarios against live nodes and for
// tests. Listens and waits; what it believes and answers is decided in `notice_book.hpp`.
#pragma once

#include "actors/ports/clock.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

struct ReceiverOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;              ///< 0: any free one.
  std::vector<std::string> secrets{};  ///< `whsec_...`; a notice signed with any of them is believed.
  bool json = false;                   ///< A line of JSON on standard output for every notice.
};

class Receiver {
 public:
  /// `say` hears one line of JSON per notice, from the receiver's thread; may be empty. Throws
  /// std::invalid_argument when a secret is none.
  Receiver(ReceiverOptions options, const Clock& clock, std::function<void(std::string_view line)> say = {});
  ~Receiver();
  /// Throws std::runtime_error when the port is taken.
  void start();
  std::uint16_t port() const;

 private:
  struct Life;
  std::unique_ptr<Life> life_;
};

/// Receives until SIGINT or SIGTERM; then 0. 2 when the options cannot be right, 73 when the port is taken.
/// To be called before any other thread is started: the signals are blocked first.
int simulate_business(const ReceiverOptions& options);

}  // namespace tael
