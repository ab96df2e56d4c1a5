// One node, whole: store, actors, channels, HTTP. The only place that sees actors and adapters together.
#pragma once

#include "runtime/config/config.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace tael {

/// Why a node stops by itself. The value is the process's exit code.
enum class FatalReason {
  configuration = 2,
  store_unreachable = 70,
  schema_too_new = 71,
  private_postgres_failed = 72,
  port_taken = 73,
  internal = 74,
  folder_in_use = 75,  ///< Another node has the private PostgreSQL; nothing was touched.
  fenced = 76,         ///< Another node has taken the shards; this one can never write again.
};

class Fatal : public std::runtime_error {
 public:
  Fatal(FatalReason reason, const std::string& what) : std::runtime_error(what), reason_(reason) {}
  FatalReason reason() const { return reason_; }

 private:
  FatalReason reason_;
};

class Node {
 public:
  /// `on_cannot_go_on` is called at most once, from any thread, when a running node can do no more work: see
  /// `why_it_cannot_go_on`, then `stop`.
  explicit Node(config::Config config, std::function<void()> on_cannot_go_on = {});
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Starts everything and returns once requests are served. Throws `Fatal`.
  void start();
  /// Stops taking work, finishes what is under way, ends the actors and the private PostgreSQL. `why` is for the log.
  void stop(const std::string& why = "asked to");
  std::optional<Fatal> why_it_cannot_go_on() const;
  /// It was asked to start anew with a configuration that cannot start, and stays: its log and an alert say why.
  void stay_up(const std::vector<config::Error>& refusals);

  std::uint16_t api_port() const;
  std::uint16_t admin_port() const;
  /// libpq's connection string of the database in use.
  const std::string& store_url() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tael
