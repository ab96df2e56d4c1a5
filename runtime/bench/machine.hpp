// What a figure was measured on, and where the processors' time went meanwhile: by process and thread, as the kernel
// counts it. Somebody else's load shows too, because a bench on a busy machine measures the neighbours.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace tael::bench {

struct MachineFacts {
  std::string processor, kernel;
  std::string allocator;  ///< Whose malloc this binary has, and with it the node and the institution.
  int processors = 0;
  double memory_gib = 0;
  double load_before = 0;   ///< One-minute load average when the bench began.
  double fdatasync_us = 0;  ///< Median of writing and syncing 8 KiB where the database is.
};

MachineFacts machine_facts(const std::string& folder);

/// Processor seconds since boot.
struct CpuTimes {
  std::map<std::string, double> by_part;  ///< `node/caf`, `simulator/http`, `postgres/walwriter`...
  double busy = 0;                        ///< Of the whole machine.
  std::chrono::steady_clock::time_point at;
};

/// A process whose time is counted under a name. With `tree` its children are counted too, by their titles.
struct CountedProcess {
  std::string name;
  int pid = 0;
  bool tree = false;
};

CpuTimes cpu_times(const std::vector<CountedProcess>& processes);

struct CpuShare {
  std::string part;
  double seconds = 0;
};

/// What was used between two looks, the most first; `others` is everything on the machine that is not ours.
struct CpuUse {
  std::vector<CpuShare> parts;
  double ours = 0, others = 0, seconds = 0;
};

CpuUse cpu_use(const CpuTimes& before, const CpuTimes& after);

/// The resident memory of a process in MiB.
double resident_mib(int pid);

}  // namespace tael::bench
