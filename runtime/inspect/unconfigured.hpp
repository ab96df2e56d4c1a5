// What orders, notices and accounts in the store name and a configuration does not have. Paths may go while their
// channel stays: they are retired, and what is open there is asked about, closed and refunded. A channel, a business
// and an account kind must stay as long as something of them is open: nobody else could end it.
#pragma once

#include "adapters/postgres/snapshot.hpp"
#include "runtime/config/config.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tael {

struct RetiredPath {
  std::string path;
  std::int64_t attempts = 0;   ///< Without an end.
  std::int64_t refunds = 0;    ///< The same.
  std::string example;         ///< An order that has one.
  bool is_configured = false;  ///< Its channel has it still, but no business offers it.
  bool is_off = false;         ///< Switched off by hand: not even inquiries leave until it is switched on.
};

struct Unconfigured {
  std::vector<config::Error> refusals;  ///< Why a node must not start: the file that is missing, or lacks something.
  std::vector<RetiredPath> retired;     ///< By path; only those on which something is open.
};

Unconfigured unconfigured_in(postgres::Snapshot& snapshot, const config::Config& config);

/// `aurora/qr/cmb is retired: 2 attempts and 1 refund are open there (order ... for one)...`
std::string to_text(const RetiredPath& path);

}  // namespace tael
