// `accounts.yaml`: the chart of accounts and the posting rules, straight into `ChartOfAccounts`.
#pragma once

#include "actors/domain/policy.hpp"
#include "runtime/config/shape.hpp"

#include <string>
#include <vector>

namespace tael::config {

/// The rules that must exist, in the order the reference lists them.
const std::vector<std::string>& rule_names();

/// Reads and checks the whole file: kinds, rules, that rules name known kinds and balance for any fee.
void read_accounts(Reader& reader, const Yaml& yaml, ChartOfAccounts& out);

std::vector<Row> account_rows();
void show_accounts(const ChartOfAccounts& chart, Settings& out);

}  // namespace tael::config
