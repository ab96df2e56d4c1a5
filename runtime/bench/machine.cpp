#include "runtime/bench/machine.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace tael::bench {
namespace {

namespace fs = std::filesystem;

const double ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));

std::string content_of(const fs::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// One `/proc/.../stat`: the name in its brackets, the parent, user and system time together.
struct Stat {
  std::string name;
  int parent = 0;
  double seconds = 0;
};
Stat stat_of(const fs::path& file) {
  const auto text = content_of(file);
  const auto open = text.find('('), close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return {};
  Stat stat{.name = text.substr(open + 1, close - open - 1)};
  std::istringstream rest{text.substr(close + 2)};
  std::string skipped;
  double user = 0, system = 0;
  rest >> skipped >> stat.parent;
  for (int i = 0; i < 9; ++i) rest >> skipped;
  rest >> user >> system;
  stat.seconds = (user + system) / ticks_per_second;
  return stat;
}

/// `postgres: tael tael [local] COMMIT` is a connection's server, `postgres: walwriter ` a servant of all.
std::string title_of(int pid) {
  auto title = content_of("/proc/" + std::to_string(pid) + "/cmdline");
  constexpr std::string_view mark = "postgres: ";
  if (!title.starts_with(mark)) return "postmaster";
  title.erase(0, mark.size());
  if (title.find("[local]") != std::string::npos) return "connections";
  while (!title.empty() && (title.back() == '\0' || title.back() == ' ')) title.pop_back();
  return title;
}

void count_threads(const CountedProcess& process, CpuTimes& times) {
  std::error_code none;
  for (const auto& thread : fs::directory_iterator{"/proc/" + std::to_string(process.pid) + "/task", none}) {
    const auto stat = stat_of(thread.path() / "stat");
    times.by_part[process.name + "/" + stat.name] += stat.seconds;
  }
}

void count_tree(const CountedProcess& process, CpuTimes& times) {
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const auto name = entry.path().filename().string();
    if (!std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; })) continue;
    const auto stat = stat_of(entry.path() / "stat");
    if (const int pid = std::stoi(name); pid == process.pid || stat.parent == process.pid)
      times.by_part[process.name + "/" + title_of(pid)] += stat.seconds;
  }
}

double busy_seconds() {
  std::istringstream line{content_of("/proc/stat")};
  std::string cpu;
  double user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, softirq = 0;
  line >> cpu >> user >> nice >> system >> idle >> waiting >> irq >> softirq;
  return (user + nice + system + irq + softirq) / ticks_per_second;
}

double fdatasync_median(const std::string& folder) {
  const auto file = folder + "/fdatasync";
  const int fd = open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return 0;
  const std::array<char, 8192> block{};
  std::vector<double> took;
  for (int i = 0; i < 200; ++i) {
    const auto began = std::chrono::steady_clock::now();
    if (pwrite(fd, block.data(), block.size(), 0) < 0 || fdatasync(fd) != 0) break;
    took.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count());
  }
  close(fd);
  fs::remove(file);
  std::ranges::sort(took);
  return took.empty() ? 0 : took[took.size() / 2];
}

}  // namespace

MachineFacts machine_facts(const std::string& folder) {
  MachineFacts facts;
  facts.processors = static_cast<int>(std::thread::hardware_concurrency());
  facts.allocator = content_of("/proc/self/maps").find("libtcmalloc") == std::string::npos ? "glibc" : "tcmalloc";
  std::istringstream cpus{content_of("/proc/cpuinfo")};
  for (std::string line; std::getline(cpus, line) && facts.processor.empty();)
    if (line.starts_with("model name")) facts.processor = line.substr(line.find(':') + 2);
  if (struct utsname name{}; uname(&name) == 0) facts.kernel = std::string{name.sysname} + " " + name.release;
  if (struct sysinfo info{}; sysinfo(&info) == 0)
    facts.memory_gib = static_cast<double>(info.totalram) * info.mem_unit / (1024.0 * 1024.0 * 1024.0);
  std::array<double, 1> load{};
  if (getloadavg(load.data(), 1) == 1) facts.load_before = load[0];
  facts.fdatasync_us = fdatasync_median(folder);
  return facts;
}

CpuTimes cpu_times(const std::vector<CountedProcess>& processes) {
  CpuTimes times;
  times.at = std::chrono::steady_clock::now();
  times.busy = busy_seconds();
  for (const auto& process : processes) process.tree ? count_tree(process, times) : count_threads(process, times);
  return times;
}

CpuUse cpu_use(const CpuTimes& before, const CpuTimes& after) {
  CpuUse use;
  use.seconds = std::chrono::duration<double>(after.at - before.at).count();
  for (const auto& [part, seconds] : after.by_part) {
    const auto found = before.by_part.find(part);
    const auto used = seconds - (found == before.by_part.end() ? 0 : found->second);
    use.ours += used;
    if (used > 0) use.parts.push_back({part, used});
  }
  std::ranges::sort(use.parts, std::greater{}, &CpuShare::seconds);
  use.others = std::max(0.0, after.busy - before.busy - use.ours);
  return use;
}

double resident_mib(int pid) {
  std::istringstream numbers{content_of("/proc/" + std::to_string(pid) + "/statm")};
  double size = 0, resident = 0;
  numbers >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024.0 * 1024.0);
}

}  // namespace tael::bench
