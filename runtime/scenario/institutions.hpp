// All institutions of a story, in virtual time: each answers calls through the twin of an HTTP client, lets its time
// pass by itself and delivers its callbacks to whoever stands at our door.
#pragma once

#include "actors/kit/world.hpp"
#include "actors/ports/channel.hpp"
#include "adapters/simulated/institution_http_client.hpp"
#include "runtime/config/config.hpp"
#include "runtime/scenario/agenda.hpp"

#include <map>
#include <memory>
#include <string>

namespace tael::scenario {

class Institutions {
 public:
  /// Brings a callback to the node; `done` hears the HTTP status, 0 when nobody answered.
  using Deliver = std::function<void(const std::string& channel, const HttpCall& call, std::function<void(int)> done)>;

  Institutions(const config::Config& config, kit::World& world, Agenda& agenda, Dice& dice);
  void deliver_to(Deliver deliver) { deliver_ = std::move(deliver); }

  Institution& at(const std::string& channel) { return branches_.at(channel)->institution; }
  const Institution& at(const std::string& channel) const { return branches_.at(channel)->institution; }
  /// What an adapter of this channel calls out through.
  HttpClient& client(const std::string& channel) { return *branches_.at(channel); }
  /// Somebody pays at the institution; false when there is nothing to pay under this number now.
  bool pay(const std::string& channel, const std::string& number);
  std::vector<std::string> channels() const;

 private:
  struct Branch final : HttpClient {
    Branch(Institutions& all, InstitutionOptions options, Dice& dice);
    void send(HttpCall call, std::function<void(HttpAnswer)> done) override;
    Institutions& all;
    Institution institution;
    InstitutionHttpClient wire;
    TimePoint wakes_at = TimePoint::max();
  };
  void arrange(Branch& branch);
  void tick(Branch& branch);

  kit::World& world_;
  Agenda& agenda_;
  Deliver deliver_;
  std::map<std::string, std::unique_ptr<Branch>> branches_;
};

}  // namespace tael::scenario
