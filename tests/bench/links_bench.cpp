// What the link monitor costs on, down and off: telling it of an attempt and of its payment, and its looks at all paths
// in between, at a steady rate over paths with a full history. One thread, virtual time, a real clock around it.
// Prints; run by hand in a release build: `links_bench [ATTEMPTS_A_SECOND] [PATHS]`.
#include "tests/support/house.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace tael {
namespace {

using Wall = std::chrono::steady_clock;

struct Peak {
  testing::House house;
  LinkDial dial;
  std::vector<std::string> paths;
  std::int64_t attempts = 0;

  explicit Peak(int paths_total) {
    for (int i = 0; i < paths_total; ++i) paths.push_back("aurora/qr/bank_" + std::to_string(i));
  }
  void turn(LinkMode to) {
    dial.turn(to);  // Beside the node's own: what an order does before it tells.
    house.world.ask<LinksView>(house.actors->links, TurnLinkMonitor{to, "bench", "bench"});
    house.world.settle();
  }
  /// One second of orders; what it took of a processor.
  Wall::duration second(int rate) {
    const auto now = house.world.now();
    const auto began = Wall::now();
    for (int i = 0; i < rate; ++i) {
      const auto number = "01M74T1Q2800G0000000" + std::to_string(100'000'000 + ++attempts) + "A01";
      const auto& path = paths[static_cast<std::size_t>(attempts) % paths.size()];
      for (const bool paid : {false, true})
        if (dial.tells_of(number)) caf::anon_send(house.actors->links, LinkSeen{path, now, paid});
    }
    house.world.run_for(1s);
    return Wall::now() - began;
  }
};

void measure(int rate, int paths) {
  constexpr int history = 1'980, seconds = 120;
  std::printf("%d attempts a second over %d paths\n%-6s %16s %20s\n", rate, paths, "", "ns an attempt",
              "of a processor");
  for (const auto mode : {LinkMode::on, LinkMode::down, LinkMode::off}) {
    Peak peak{paths};
    peak.turn(LinkMode::on);
    for (int i = 0; i < history; ++i) peak.second(paths);
    peak.turn(mode);
    Wall::duration took{};
    for (int i = 0; i < seconds; ++i) took += peak.second(rate);
    const auto ns = static_cast<double>(std::chrono::duration_cast<std::chrono::nanoseconds>(took).count());
    std::printf("%-6s %16.0f %18.3f %%\n", std::string{name_of(mode)}.c_str(), ns / seconds / rate,
                100 * ns / 1e9 / seconds);
  }
}

}  // namespace
}  // namespace tael

int main(int argc, char** argv) {
  tael::measure(argc > 1 ? std::atoi(argv[1]) : 2'000, argc > 2 ? std::atoi(argv[2]) : 50);
  return 0;
}
