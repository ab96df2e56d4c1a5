// `tael order ...`: what an order is, and why, read from the store; and what only its owner can do, asked of the
// running node.
#include "actors/domain/ids.hpp"
#include "runtime/admin/admin_client.hpp"
#include "runtime/commands/commands.hpp"
#include "runtime/inspect/order_file.hpp"
#include "runtime/inspect/order_history.hpp"
#include "runtime/inspect/store_to_read.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <iostream>
#include <memory>

namespace tael::commands {
namespace {

struct OrderOptions {
  WhereToRead where;
  OrderWanted wanted;
  bool json = false;
};

constexpr const char* exit_codes =
    "\n\nExit codes: 0 done, 1 there is no such order, 2 wrong usage or configuration,\n70 store unreachable, 71 "
    "schema "
    "too new.";

/// Finds the order and hands it on; 1 when there is none.
int with_order(const OrderOptions& options,
               const std::function<int(postgres::Snapshot&, const std::string& order_id)>& work) {
  if (options.wanted.id.empty() && options.wanted.order_no.empty()) {
    std::cerr << "tael: which order? Give an id, or --order-no and --business\n";
    return 2;
  }
  if (!options.wanted.id.empty() && !options.wanted.order_no.empty()) {
    std::cerr << "tael: give an id, or --order-no and --business, not both\n";
    return 2;
  }
  if (!options.wanted.order_no.empty() && options.wanted.business.empty()) {
    std::cerr << "tael: an order number is unique only within a business: give --business too\n";
    return 2;
  }
  return with_store(options.where, std::cerr, [&](const OpenStore& store) {
    const auto id = find_order(store.snapshot, options.wanted);
    if (id) return work(store.snapshot, *id);
    std::cerr << "tael: there is no order " << (options.wanted.id.empty() ? options.wanted.order_no : options.wanted.id)
              << (options.wanted.business.empty() ? "" : " of " + options.wanted.business) << "\n";
    return 1;
  });
}

int show(const OrderOptions& options) {
  return with_order(options, [&](postgres::Snapshot& snapshot, const std::string& id) {
    const auto file = order_file(snapshot, id);
    if (options.json)
      std::cout << file << "\n";
    else
      print_order_file(file, std::cout);
    return 0;
  });
}

int tell(const OrderOptions& options, bool bodies) {
  return with_order(options, [&](postgres::Snapshot& snapshot, const std::string& id) {
    const auto moments = order_history(snapshot, id);
    if (options.json)
      print_history_json(id, moments, bodies, std::cout);
    else
      print_history(id, moments, bodies, std::cout);
    return 0;
  });
}

int why(const OrderOptions& options) { return tell(options, false); }
int trace(const OrderOptions& options) { return tell(options, true); }

void add(CLI::App& parent, const char* name, const char* what, const std::string& example, int& code,
         int (*run)(const OrderOptions&)) {
  const auto options = std::make_shared<OrderOptions>();
  auto* command = parent.add_subcommand(name, what);
  command->add_option("ID", options->wanted.id, "of the order, or of an attempt, a refund or a notice of it");
  command->add_option("--order-no", options->wanted.order_no, "the business's own number, with --business");
  command->add_option("--business", options->wanted.business, "whose order number it is");
  add_where_to_read(*command, options->where);
  command->add_flag("--json", options->json, "print JSON for scripts");
  command->footer("Example:\n  " + example + exit_codes);
  command->callback([options, run, &code] { code = run(*options); });
}

struct OrderAtNode {
  AdminDoor door;
  std::string id, reason, actor;
  bool json = false;
};

constexpr const char* node_exit_codes =
    "\n\nThe node wants its admin token: TAEL_ADMIN_TOKEN, or what node.yaml's `admin_token` leads to.\nExit codes: 0 "
    "done, 1 the node says no, 2 wrong usage, token or configuration, 70 the node does not answer.";

int print_order(const AdminAnswer& answer, bool as_json) {
  if (answer.code != 0) return answer.code;
  const auto order = boost::json::parse(answer.body);
  if (as_json)
    std::cout << answer.body << "\n";
  else
    std::cout << "order " << order.at("id").as_string().c_str() << " is " << order.at("state").as_string().c_str()
              << "\n";
  return 0;
}

int sync(const OrderAtNode& asked) {
  return print_order(ask_admin(asked.door, "/admin/orders/" + asked.id + "/sync", "{}", std::cerr), asked.json);
}

int ask_with_reason(const OrderAtNode& asked, const std::string& action) {
  const boost::json::object body{{"actor", operator_name(asked.actor)}, {"reason", asked.reason}};
  const auto answer =
      ask_admin(asked.door, "/admin/orders/" + asked.id + "/" + action, boost::json::serialize(body), std::cerr);
  return print_order(answer, asked.json);
}

int close(const OrderAtNode& asked) { return ask_with_reason(asked, "close"); }
int resume(const OrderAtNode& asked) { return ask_with_reason(asked, "resume"); }

void add_at_node(CLI::App& parent, const char* name, const char* what, const std::string& example, int& code,
                 bool wants_reason, int (*run)(const OrderAtNode&)) {
  const auto asked = std::make_shared<OrderAtNode>();
  auto* command = parent.add_subcommand(name, what);
  command->add_option("ID", asked->id, "of the order, or of an attempt, a refund or a notice of it")
      ->required()
      ->check([](const std::string& id) { return order_of(id) ? "" : "is no id of an order"; });
  add_admin_door(*command, asked->door);
  command->add_flag("--json", asked->json, "print JSON for scripts");
  command->footer("Example:\n  " + example + node_exit_codes);
  command->callback([asked, run, &code] { code = run(*asked); });
  if (!wants_reason) return;
  command->add_option("--reason", asked->reason, "why; the journal keeps it")->required();
  command->add_option("--actor", asked->actor, "who; without it the login name");
}

}  // namespace

void add_order_commands(CLI::App& app, int& code) {
  auto* order = app.add_subcommand("order", "what an order is, and why");
  order->require_subcommand(1);
  add(*order, "show", "the order with its attempts, refunds, notices, entries and timers",
      "tael order show --order-no 2026-0001 --business bakery", code, show);
  add(*order, "why", "everything that happened to it, in order of time, each with its cause",
      "tael order why 01JD3F8QZK0053W5M2T7RXV9YE", code, why);
  add(*order, "trace", "the same, with what was said to and by channels, word for word (masked)",
      "tael order trace 01JD3F8QZK0053W5M2T7RXV9YE --json", code, trace);
  add_at_node(*order, "sync", "let the node ask the channels again, now, about everything undecided",
              "tael order sync 01JD3F8QZK0053W5M2T7RXV9YE", code, false, sync);
  add_at_node(*order, "close", "close an unpaid order, by asking the channel first",
              "tael order close 01JD3F8QZK0053W5M2T7RXV9YE --reason \"the shop asked by phone\"", code, true, close);
  add_at_node(*order, "resume", "take up what is parked for a person: the order, refunds and notices of it",
              "tael order resume 01JD3F8QZK0053W5M2T7RXV9YE --reason \"their endpoint is back\"", code, true, resume);
}

}  // namespace tael::commands
