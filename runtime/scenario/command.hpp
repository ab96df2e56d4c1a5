// `tael scenario ...` without its command line.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace tael::scenario {

struct RunOptions {
  std::vector<std::string> files{};
  std::string config_folder = "config";
  std::optional<std::uint64_t> seed{};
  bool json = false;
  std::string report{};                           ///< Folder for timeline, JUnit XML and events; empty: none.
  std::optional<std::string> trace{};             ///< Print the lines of this order; of all when empty.
  std::string until{};                            ///< A time of the story; empty: to its end.
  int explore = 0;                                ///< Seeds to play each story with; 0: its own alone.
  int jobs = 1;                                   ///< Processes to explore in.
  bool shrink = false;                            ///< Makes a small file of what fails.
  std::string live{};                             ///< A real node to play on; empty: virtual time.
  std::string control = "http://127.0.0.1:9490";  ///< Of that node's simulated institutions.
  double scale = 1;                               ///< Multiplies arrivals.
  std::optional<int> dies_at{};                   ///< Replay of an explored death.
  bool moves_faults = false;                      ///< Replay of faults at other times.
};

/// 0 all held, 1 something broke, 2 a file or an option is wrong.
int run(const RunOptions& options, std::ostream& out, std::ostream& errors);

/// Writes a commented story to start from; never over a file that is there.
int write_new(const std::string& file, std::ostream& out, std::ostream& errors);

}  // namespace tael::scenario
