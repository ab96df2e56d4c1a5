// The meter of a real node: Prometheus' data model through prometheus-cpp, served as text by our own endpoint.
// A measurement of a known series costs a hash, a shared lock and an atomic addition, and allocates nothing.
#pragma once

#include "actors/ports/meter.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace tael {

struct MeterOptions {
  std::string version{};            ///< Shown by `tael_build_info`.
  std::size_t series_max = 50'000;  ///< Over all names. More means that somebody made an id a label.
};

class PrometheusMeter final : public Meter {
 public:
  explicit PrometheusMeter(MeterOptions options);
  ~PrometheusMeter() override;

  // What cannot be measured (an invalid label, one name of two kinds, too many series) is dropped and counted in
  // `tael_meter_series_dropped_total`: a wrong metric never stops a payment.
  void count(std::string_view name, std::initializer_list<Label> labels, double by = 1) override;
  void observe(std::string_view name, std::initializer_list<Label> labels, double seconds) override;
  void set(std::string_view name, std::initializer_list<Label> labels, double value) override;

  /// The text exposition format 0.0.4; `content_type` goes with it.
  std::string expose() const;
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct Life;
  std::unique_ptr<Life> life_;
};

}  // namespace tael
