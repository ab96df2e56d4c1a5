// Counters and histograms by name. Labels are few and never an id (INTERFACES.md, metrics).
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

namespace tael {

using Label = std::pair<std::string_view, std::string_view>;

class Meter {
 public:
  virtual ~Meter() = default;
  /// Adds to a counter; `name` without the `tael_` prefix, ends in `_total`.
  virtual void count(std::string_view name, std::initializer_list<Label> labels, double by = 1) = 0;
  /// Observes seconds in a histogram; `name` ends in `_seconds`.
  virtual void observe(std::string_view name, std::initializer_list<Label> labels, double seconds) = 0;
  virtual void set(std::string_view name, std::initializer_list<Label> labels, double value) = 0;
};

/// Where nobody measures.
class NoMeter final : public Meter {
 public:
  void count(std::string_view, std::initializer_list<Label>, double) override {}
  void observe(std::string_view, std::initializer_list<Label>, double) override {}
  void set(std::string_view, std::initializer_list<Label>, double) override {}
};

}  // namespace tael
