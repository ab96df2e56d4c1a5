// One institution at its port: the machine, the lock that makes it one at a time, and the server.
#pragma once

#include "adapters/http/server.hpp"
#include "adapters/simulated/institution.hpp"
#include "runtime/institutions/listen_url.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace tael {

class Branch {
 public:
  Branch(InstitutionOptions options, Dice& dice);

  InstitutionReply handle(const InstitutionRequest& request, TimePoint now);
  std::vector<InstitutionCallback> tick(TimePoint now);
  /// True when the callback is off the institution's hands.
  bool callback_answered(std::uint64_t id, const HttpAnswer& answer, TimePoint now);
  /// When it wants to be ticked or looked after next.
  std::optional<TimePoint> next_due(TimePoint now);
  std::string channel();

  /// Listens on its URL's port. Throws std::runtime_error.
  void open(Handler handler);
  /// Opens or closes the port as the institution's faults say; never throws.
  void look_after(TimePoint now, const Handler& handler);
  void close();
  std::uint16_t port() const { return listen_.port; }

 private:
  std::mutex mutex_;  ///< Guards the institution alone; server and port belong to the pacing thread.
  Institution institution_;
  ListenUrl listen_;
  std::unique_ptr<Server> server_;
};

}  // namespace tael
