// `tael channel ...`: how the ways to institutions stand, and a hand on their switches. Asks the running node.
#include "runtime/admin/admin_client.hpp"
#include "runtime/commands/commands.hpp"
#include "runtime/inspect/text_table.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace tael::commands {
namespace {

namespace json = boost::json;

struct ChannelOptions {
  AdminDoor door;
  std::string path, to, length, until, reason, actor;
  bool as_json = false;
};

constexpr const char* exit_codes =
    "\n\nThe node wants its admin token: TAEL_ADMIN_TOKEN, or what node.yaml's `admin_token` leads to.\nExit codes: 0 "
    "done, 1 the node says no (no such path), 2 wrong usage, token or configuration,\n70 the node does not answer.";

std::string text(const json::value& object, const char* name) {
  const auto* value = object.as_object().if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? printable(std::string{value->get_string()}) : json::serialize(*value);
}

/// `6 calls: 4 failures, 2 timeouts`
std::string window_of(const json::value& breaker) {
  const auto& window = breaker.at("window");
  auto line = text(window, "total") + " calls";
  const char* between = ": ";
  for (const char* kind : {"failures", "timeouts", "exceptions", "slow"}) {
    if (text(window, kind) == "0") continue;
    line += between + text(window, kind) + " " + kind;
    between = ", ";
  }
  return line;
}

/// What moved it last, and by whose hand.
std::string cause_of(const json::value& row) {
  auto cause = text(row, "cause");
  if (const auto actor = text(row, "actor"); !actor.empty()) cause += " by " + actor;
  if (const auto reason = text(row, "reason"); !reason.empty()) cause += ": " + reason;
  return cause;
}

void print_breakers(const json::array& breakers) {
  TextTable table{{"path", "switch", "state", "until", "window", ">calls out", "last move", "because"}};
  for (const auto& b : breakers)
    table.add({text(b, "path"), text(b, "static_switch"), text(b, "state"), text(b, "until"), window_of(b),
               text(b, "calls_out"), text(b, "at"), cause_of(b)});
  table.print(std::cout);
}

int list(const ChannelOptions& options) {
  const auto answer = ask_admin(options.door, "/admin/channels", "", std::cerr);
  if (answer.code != 0) return answer.code;
  const auto all = json::parse(answer.body);
  if (options.as_json)
    std::cout << answer.body << "\n";
  else
    print_breakers(all.at("paths").as_array());
  return 0;
}

/// A path, or a beginning of one in whole parts: `aurora` shows all of its paths.
int show(const ChannelOptions& options) {
  const auto answer = ask_admin(options.door, "/admin/channels", "", std::cerr);
  if (answer.code != 0) return answer.code;
  const auto all = json::parse(answer.body);
  json::array found;
  for (const auto& breaker : all.at("paths").as_array())
    if ((text(breaker, "path") + "/").starts_with(options.path + "/")) found.push_back(breaker);
  if (found.empty()) {
    std::cerr << "tael: there is no path " << options.path << "\n";
    return 1;
  }
  if (options.as_json)
    std::cout << json::object{{"paths", found}} << "\n";
  else
    print_breakers(found);
  return 0;
}

int turn(const ChannelOptions& options) {
  json::object body{{"path", options.path},
                    {"static_switch", options.to},
                    {"actor", operator_name(options.actor)},
                    {"reason", options.reason}};
  if (!options.length.empty()) body["for"] = options.length;
  if (!options.until.empty()) body["until"] = options.until;
  const auto answer = ask_admin(options.door, "/admin/channels/switch", json::serialize(body), std::cerr);
  if (answer.code != 0) return answer.code;
  if (options.as_json)
    std::cout << answer.body << "\n";
  else
    print_breakers({json::parse(answer.body)});
  return 0;
}

int events(const ChannelOptions& options) {
  if (std::ranges::count(options.path, '/') != 2) {
    std::cerr << "tael: a path reads channel/method/bank\n";
    return 2;
  }
  const auto answer = ask_admin(options.door, "/admin/channels/" + options.path + "/events", "", std::cerr);
  if (answer.code != 0) return answer.code;
  if (options.as_json) {
    std::cout << answer.body << "\n";
    return 0;
  }
  const auto all = json::parse(answer.body);
  TextTable table{{">seq", "at", "from", "to", "switch", "until", "because"}};
  for (const auto& e : all.at("events").as_array())
    table.add({text(e, "seq"), text(e, "at"), text(e, "from"), text(e, "state"), text(e, "static_switch"),
               text(e, "until"), cause_of(e)});
  table.print(std::cout);
  return 0;
}

CLI::App* add(CLI::App& parent, const char* name, const char* what, const std::string& example, int& code,
              const std::shared_ptr<ChannelOptions>& options, int (*run)(const ChannelOptions&)) {
  auto* command = parent.add_subcommand(name, what);
  add_admin_door(*command, options->door);
  command->add_flag("--json", options->as_json, "print JSON for scripts");
  command->footer("Example:\n  " + example + exit_codes);
  command->callback([options, run, &code] { code = run(*options); });
  return command;
}

}  // namespace

void add_channel_commands(CLI::App& app, int& code) {
  auto* channel = app.add_subcommand("channel", "how channels stand, and their switches");
  channel->require_subcommand(1);
  const auto fresh = [] { return std::make_shared<ChannelOptions>(); };
  add(*channel, "list", "every path with its switch, state and window", "tael channel list", code, fresh(), list);

  auto options = fresh();
  add(*channel, "show", "one path, or all of a channel or method", "tael channel show aurora/qr", code, options, show)
      ->add_option("PATH", options->path, "channel, channel/method or channel/method/bank")
      ->required();

  options = fresh();
  add(*channel, "events", "the last moves of one path, newest first", "tael channel events aurora/qr/alder", code,
      options, events)
      ->add_option("PATH", options->path, "channel/method/bank")
      ->required();

  options = fresh();
  auto* command =
      add(*channel, "switch", "turn the static switch of one path",
          "tael channel switch aurora/qr/alder off --for 30min --reason \"the bank is down\"", code, options, turn);
  command->add_option("PATH", options->path, "channel/method/bank")->required();
  command->add_option("TO", options->to, "on: statistics decide; off: no call leaves; forced_open: as if tripped")
      ->required()
      ->check(CLI::IsMember({"on", "off", "forced_open"}));
  auto* length = command->add_option("--for", options->length, "how long, for example 30min; without an end it lasts");
  command->add_option("--until", options->until, "or until when, RFC 3339")->excludes(length);
  command->add_option("--reason", options->reason, "why; the journal keeps it")->required();
  command->add_option("--actor", options->actor, "who; without it the login name");
}

}  // namespace tael::commands
