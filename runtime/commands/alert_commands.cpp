// `tael alert ...`: what people should know, and what they did about it. Asks the running node.
#include "runtime/admin/admin_client.hpp"
#include "runtime/commands/commands.hpp"
#include "runtime/inspect/alert_file.hpp"
#include "runtime/inspect/text_table.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <iostream>
#include <memory>

namespace tael::commands {
namespace {

namespace json = boost::json;

struct AlertOptions {
  AdminDoor door;
  std::string id, state = "open", reason, actor, action;
  int limit = 100;
  bool as_json = false;
};

constexpr const char* exit_codes =
    "\n\nThe node wants its admin token: TAEL_ADMIN_TOKEN, or what node.yaml's `admin_token` leads to.\nExit codes: 0 "
    "done, 1 the node says no (no such alert, or somebody was there before), 2 wrong usage, token or "
    "configuration,\n70 "
    "the node does not answer.";

std::string refusal_of_id(const std::string& text) {
  return parse_alert_id(text) ? "" : "an alert's id is its number in `tael alert list`, as 17, not '" + text + "'";
}

std::string text(const json::value& object, const char* name) {
  const auto* value = object.as_object().if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? printable(std::string{value->get_string()}) : json::serialize(*value);
}

int list(const AlertOptions& options) {
  const auto state = options.state == "any" ? std::string{} : "&state=" + options.state;
  const auto answer =
      ask_admin(options.door, "/admin/alerts?limit=" + std::to_string(options.limit) + state, "", std::cerr);
  if (answer.code != 0) return answer.code;
  if (options.as_json) {
    std::cout << answer.body << "\n";
    return 0;
  }
  const auto all = json::parse(answer.body);
  TextTable table{{">id", "severity", "kind", "about", "state", ">times", "first seen", "last seen", "owner"}};
  for (const auto& a : all.at("alerts").as_array())
    table.add({text(a, "id"), text(a, "severity"), text(a, "kind"), text(a, "ref"), text(a, "state"), text(a, "count"),
               text(a, "first_seen"), text(a, "last_seen"), text(a, "owner")});
  table.print(std::cout);
  return 0;
}

void print_line(const char* name, const std::string& value) {
  if (!value.empty()) std::cout << name << value << "\n";
}

/// `ada at 2026-11-21T08:30:00.000Z: calling them`
std::string deed_of(const json::value& alert, const std::string& deed) {
  const auto by = text(alert, (deed + "_by").c_str());
  return by.empty() ? ""
                    : by + " at " + text(alert, (deed + "_at").c_str()) + ": " + text(alert, (deed + "_note").c_str());
}

int print_alert(const AlertOptions& options, const AdminAnswer& answer) {
  if (answer.code != 0) return answer.code;
  if (options.as_json) {
    std::cout << answer.body << "\n";
    return 0;
  }
  const auto alert = json::parse(answer.body);
  std::cout << text(alert, "severity") << ": " << text(alert, "message") << "\n\n";
  print_line("rule          ", text(alert, "kind"));
  print_line("about         ", text(alert, "ref"));
  print_line("state         ", text(alert, "state"));
  print_line("times         ", text(alert, "count"));
  print_line("first seen    ", text(alert, "first_seen"));
  print_line("last seen     ", text(alert, "last_seen"));
  print_line("owner         ", text(alert, "owner"));
  print_line("acknowledged  ", deed_of(alert, "acknowledged"));
  print_line("resolved      ", deed_of(alert, "resolved"));
  for (const auto& held : alert.at("quarantined").as_array()) {
    print_line("its order     ", text(held, "order_id"));
    print_line("crashes       ",
               text(held, "crashes") + ", from " + text(held, "first_at") + " to " + text(held, "last_at"));
    print_line("died of       ", text(held, "error") + " [" + text(held, "error_hash") + "]");
  }
  const auto& messages = alert.at("messages").as_array();
  if (messages.empty()) return 0;
  std::cout << "\n";
  TextTable table{{">no", "way", "news", "to", "at", "state", ">tries", "error"}};
  for (const auto& m : messages)
    table.add({text(m, "no"), text(m, "way"), text(m, "news"), text(m, "recipient"), text(m, "at"), text(m, "state"),
               text(m, "tries"), text(m, "last_error")});
  table.print(std::cout);
  return 0;
}

int show(const AlertOptions& options) {
  return print_alert(options, ask_admin(options.door, "/admin/alerts/" + options.id, "", std::cerr));
}

int handle(const AlertOptions& options) {
  const json::object body{{"actor", operator_name(options.actor)}, {"reason", options.reason}};
  return print_alert(options, ask_admin(options.door, "/admin/alerts/" + options.id + "/" + options.action,
                                        json::serialize(body), std::cerr));
}

CLI::App* add(CLI::App& parent, const char* name, const char* what, const std::string& example, int& code,
              const std::shared_ptr<AlertOptions>& options, int (*run)(const AlertOptions&)) {
  auto* command = parent.add_subcommand(name, what);
  add_admin_door(*command, options->door);
  command->add_flag("--json", options->as_json, "print JSON for scripts");
  command->footer("Example:\n  " + example + exit_codes);
  command->callback([options, run, &code] { code = run(*options); });
  return command;
}

void add_deed(CLI::App& alert, const char* name, const char* what, const char* example, int& code) {
  auto options = std::make_shared<AlertOptions>();
  options->action = name;
  auto* command = add(alert, name, what, example, code, options, handle);
  command->add_option("ID", options->id, "its number in `tael alert list`")->required()->check(refusal_of_id);
  command->add_option("--reason", options->reason, "why; the journal keeps it")->required();
  command->add_option("--actor", options->actor, "who; without it the login name");
}

}  // namespace

void add_alert_commands(CLI::App& app, int& code) {
  auto* alert = app.add_subcommand("alert", "what people should know, and what they did about it");
  alert->require_subcommand(1);

  auto options = std::make_shared<AlertOptions>();
  auto* command = add(*alert, "list", "alerts, those that wait for somebody first", "tael alert list --state any", code,
                      options, list);
  command->add_option("--state", options->state, "open (unresolved), acknowledged, resolved or any; open unless told")
      ->check(CLI::IsMember({"open", "acknowledged", "resolved", "any"}));
  command->add_option("--limit", options->limit, "how many at most, 1 to 1000")->check(CLI::Range(1, 1000));

  options = std::make_shared<AlertOptions>();
  add(*alert, "show", "one alert, and who was told of it", "tael alert show 17", code, options, show)
      ->add_option("ID", options->id, "its number in `tael alert list`")
      ->required()
      ->check(refusal_of_id);

  add_deed(*alert, "acknowledge", "take it on: no reminder comes any more",
           "tael alert acknowledge 17 --reason \"calling the bank\"", code);
  add_deed(*alert, "resolve", "it is over; raised again it is a new one",
           "tael alert resolve 17 --reason \"refunded by hand\"", code);
}

}  // namespace tael::commands
