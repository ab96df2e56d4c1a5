// `tael account ...`: what an account holds, and how it came to that.
#include "runtime/commands/commands.hpp"
#include "runtime/config/nearest.hpp"
#include "runtime/inspect/store_to_read.hpp"
#include "runtime/ledger/account_book.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <set>

namespace tael::commands {
namespace {

struct AccountOptions {
  WhereToRead where;
  std::string id, kind, from, to;
  std::int64_t most = 100;
  bool json = false;
};

using Options = std::shared_ptr<AccountOptions>;

int nobody(const std::string& id) {
  std::cerr << "tael: no account '" << id << "' has a posting; `tael account list` shows those that have\n";
  return 1;
}

/// Those of the chart, and those that have postings: a chart may have lost some.
std::vector<std::string> known_kinds(const OpenStore& store) {
  std::set<std::string> kinds;
  if (store.config != nullptr)
    for (const auto& kind : store.config->accounts.accounts) kinds.insert(kind.kind);
  for (const auto& line : account_lines(store.snapshot)) kinds.insert(line.kind);
  return {kinds.begin(), kinds.end()};
}

int list(const AccountOptions& options) {
  return with_store(options.where, std::cerr, [&](const OpenStore& store) {
    const auto lines = account_lines(store.snapshot, options.kind);
    if (lines.empty() && !options.kind.empty()) {
      const auto kinds = known_kinds(store);
      if (std::ranges::find(kinds, options.kind) == kinds.end()) {
        std::cerr << "tael: there is no kind of account '" << options.kind << "'"
                  << config::suggestion(options.kind, kinds) << "\n";
        return 2;
      }
    }
    options.json ? print_json(lines, std::cout) : print_text(lines, std::cout);
    return 0;
  });
}

int show(const AccountOptions& options) {
  return with_store(options.where, std::cerr, [&](const OpenStore& store) {
    const auto line = account_line(store.snapshot, options.id);
    if (!line) return nobody(options.id);
    options.json ? print_json(std::vector{*line}, std::cout) : print_text(std::vector{*line}, std::cout);
    return line->balance + line->on_their_way == line->entries ? 0 : 1;
  });
}

/// Reads `text` into `at`; false with a sentence when it is no time.
bool read_time(const char* option, const std::string& text, std::optional<TimePoint>& at) {
  if (text.empty()) return true;
  at = parse_rfc3339(text);
  if (!at) std::cerr << "tael: " << option << " wants a time like 2026-11-11T00:00:00.000Z, not '" << text << "'\n";
  return at.has_value();
}

int statement(const AccountOptions& options) {
  StatementSpan span;
  span.most = options.most;
  if (!read_time("--from", options.from, span.from) || !read_time("--to", options.to, span.to)) return 2;
  if (span.from && span.to && *span.from >= *span.to) {
    std::cerr << "tael: --from must be before --to: nothing is between " << options.from << " and " << options.to
              << "\n";
    return 2;
  }
  return with_store(options.where, std::cerr, [&](const OpenStore& store) {
    const auto made = account_statement(store.snapshot, options.id, span);
    if (!made) return nobody(options.id);
    options.json ? print_json(*made, std::cout) : print_text(*made, std::cout);
    return 0;
  });
}

CLI::App& add(CLI::App& parent, const char* name, const char* what, const char* footer, const Options& options,
              int& code, int (*run)(const AccountOptions&)) {
  auto* command = parent.add_subcommand(name, what);
  add_where_to_read(*command, options->where);
  command->add_flag("--json", options->json, "print JSON for scripts");
  command->footer(footer);
  command->callback([options, run, &code] { code = run(*options); });
  return *command;
}

}  // namespace

void add_account_commands(CLI::App& app, int& code) {
  auto* account = app.add_subcommand("account", "what accounts hold, and how they came to that");
  account->require_subcommand(1);
  const auto options = std::make_shared<AccountOptions>();
  add(*account, "list", "every account with postings: balance, what is on its way, sum of entries",
      "Example:\n  tael account list --kind business_payable --config config/", options, code, list)
      .add_option("--kind", options->kind, "only accounts of this kind of the chart");
  add(*account, "show", "one account",
      "Example:\n  tael account show business_payable:bakery:CNY\n\nExit codes: 0 balance and postings on their way "
      "are the sum of its entries, 1 they are not, or there is no such account.",
      options, code, show)
      .add_option("id", options->id, "kind:owner:currency, as `list` prints it")
      ->required();
  auto& lines = add(*account, "statement", "the entries of one account with the balance after each",
                    "Example:\n  tael account statement channel_receivable:aurora:CNY --from 2026-11-11T00:00:00.000Z",
                    options, code, statement);
  lines.add_option("id", options->id, "kind:owner:currency, as `list` prints it")->required();
  lines.add_option("--from", options->from, "first instant, RFC 3339");
  lines.add_option("--to", options->to, "the instant after the last, RFC 3339");
  lines.add_option("--most", options->most, "the newest so many lines")->check(CLI::Range(1, 100'000));
}

}  // namespace tael::commands
