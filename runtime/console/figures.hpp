// What a node looks like at a glance, as JSON: `GET /admin/overview`, the console's first page and `tael top` say
// the same. Breakers and calls are of this second; what the store says is a few seconds old at most, so that any
// number of onlookers costs it one look.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/supervision_board.hpp"
#include "runtime/admin/admin_gateway.hpp"
#include "runtime/admin/store_reads.hpp"
#include "runtime/watch/path_series.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace tael {

struct FiguresPeers {
  AdminGateway& gateway;
  StoreReads& reads;
  PathSeries& series;
  const Clock& clock;
  std::string node, version;
  std::function<std::vector<Supervised>()> supervision{};  ///< Who is watched by whom; empty: nobody says.
};

class Figures {
 public:
  explicit Figures(FiguresPeers peers);

  /// The overview as JSON. `done` is called once, from whatever thread; what cannot be had is null.
  void overview(std::function<void(std::string)> done);
  /// The last whole second of every path, for charts: `{"at", "paths": {path: [calls, answered, paid, mean ms, slowest
  /// ms]}}`.
  std::string newest_second() const;
  /// The same of the last minutes: `{"from", "paths": {path: [[...], ...]}}`.
  std::string seconds(std::chrono::seconds length) const;

 private:
  using Then = std::function<void(const std::string&)>;
  void ask_links(Then then);
  std::string fresh_figures();
  void ask_store(Then then);

  FiguresPeers peers_;
  TimePoint began_;
  std::mutex mutex_;        ///< Guards what follows.
  std::string store_said_;  ///< A JSON object; empty before the first look.
  TimePoint store_said_at_{};
  bool asking_ = false;
  std::vector<Then> waiting_;
};

/// How a switch, a state, a window and a minute's calls read together. Shared with the pages. What did not answer is
/// empty.
std::string overview_json(const std::string& breakers_json, const std::string& links_json,
                          const std::string& store_json, const std::map<std::string, PathFigures>& minute,
                          const FiguresPeers& peers, TimePoint began);

}  // namespace tael
