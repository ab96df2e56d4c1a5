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
  std::string path, to, length, until, reason, actor, op = "pay";
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

/// `open (its channel)`: what callers meet, and where that comes from when it is not the level's own.
std::string state_of(const json::value& breaker) {
  auto state = text(breaker, "state");
  if (text(breaker, "own_state") != state) state += " (from above)";
  if (text(breaker, "degraded") == "true") state += ", degraded";
  if (state.starts_with("half_open"))
    state += " " + std::to_string(breaker.at("stage").as_int64() + 1) + "/" + text(breaker, "stages");
  return state;
}

void add_row(TextTable& table, const json::value& b, const std::string& name) {
  table.add({name, text(b, "static_switch"), state_of(b), text(b, "until"), window_of(b), text(b, "calls_out"),
             text(b, "at"), cause_of(b)});
}

/// A level, its other operation classes, and what stands below it.
void add_level(TextTable& table, const json::value& level) {
  add_row(table, level, text(level, "path"));
  if (const auto* operations = level.as_object().if_contains("operations"))
    for (const auto& [op, breaker] : operations->as_object())
      add_row(table, breaker, text(level, "path") + " " + std::string{op});
  if (const auto* children = level.as_object().if_contains("children"))
    for (const auto& child : children->as_array()) add_level(table, child);
}

void print_breakers(const json::array& levels) {
  TextTable table{{"path", "switch", "state", "until", "window", ">probes out", "last move", "because"}};
  for (const auto& level : levels) add_level(table, level);
  table.print(std::cout);
}

/// The level of this path, wherever it stands.
const json::value* find_level(const json::array& levels, std::string_view path) {
  for (const auto& level : levels) {
    if (text(level, "path") == path) return &level;
    if (const auto* found = find_level(level.at("children").as_array(), path)) return found;
  }
  return nullptr;
}

int list(const ChannelOptions& options) {
  const auto answer = ask_admin(options.door, "/admin/channels", "", std::cerr);
  if (answer.code != 0) return answer.code;
  if (options.as_json)
    std::cout << answer.body << "\n";
  else
    print_breakers(json::parse(answer.body).at("tree").as_array());
  return 0;
}

/// A channel, a method or a path, with all that stands below it.
int show(const ChannelOptions& options) {
  const auto answer = ask_admin(options.door, "/admin/channels", "", std::cerr);
  if (answer.code != 0) return answer.code;
  const auto all = json::parse(answer.body);
  const auto* found = find_level(all.at("tree").as_array(), options.path);
  if (found == nullptr) {
    std::cerr << "tael: there is no path " << options.path << "\n";
    return 1;
  }
  json::array below;
  for (const auto& breaker : all.at("paths").as_array())
    if ((text(breaker, "path") + "/").starts_with(options.path + "/")) below.push_back(breaker);
  if (options.as_json)
    std::cout << json::object{{"paths", below}, {"tree", json::array{*found}}} << "\n";
  else
    print_breakers({*found});
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
  if (std::ranges::count(options.path, '/') > 2) {
    std::cerr << "tael: a path reads channel, channel/method or channel/method/bank\n";
    return 2;
  }
  const auto answer =
      ask_admin(options.door, "/admin/channels/" + options.path + "/events?op=" + options.op, "", std::cerr);
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

/// As the console has it: nothing is said of a path before both rates are known.
std::string payers_of(const json::value& link) {
  if (text(link, "silent") == "true") return "do not complete";
  return text(link, "rate").empty() || text(link, "usual_rate").empty() ? "too few to say" : "complete as usual";
}

void print_links(const std::string& body) {
  const auto all = json::parse(body);
  std::cout << "The link monitor is " << text(all, "monitor") << ".\n";
  TextTable table{{"path", ">sent", ">paid", ">sent lately", ">paid lately", "payers"}};
  for (const auto& link : all.at("links").as_array())
    table.add({text(link, "path"), text(link, "sent"), text(link, "paid"), text(link, "sent_lately"),
               text(link, "paid_lately"), payers_of(link)});
  table.print(std::cout);
}

/// How many of each path's payers complete; with `--turn`, the monitor's own switch.
int links(const ChannelOptions& options) {
  const auto body =
      options.to.empty()
          ? std::string{}
          : json::serialize(json::object{
                {"turn", options.to}, {"actor", operator_name(options.actor)}, {"reason", options.reason}});
  const auto answer = ask_admin(options.door, "/admin/links", body, std::cerr);
  if (answer.code != 0) return answer.code;
  if (options.as_json)
    std::cout << answer.body << "\n";
  else
    print_links(answer.body);
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
  auto* command = add(*channel, "events", "the last moves of one breaker, newest first",
                      "tael channel events aurora/qr/cmb --op refund", code, options, events);
  command->add_option("PATH", options->path, "channel, channel/method or channel/method/bank")->required();
  command->add_option("--op", options->op, "of which operations; pay unless told")
      ->check(CLI::IsMember({"pay", "refund", "query", "close", "notify"}));

  options = fresh();
  command = add(*channel, "links", "how many payers complete, by path; or the link monitor's own switch",
                "tael channel links --turn down --reason \"the peak of the year\"", code, options, links);
  auto* why = command->add_option("--reason", options->reason, "why; journal and log keep it");
  command
      ->add_option("--turn", options->to,
                   "on, down (one attempt in eight counts, for a peak) or off, at once; payments do not notice")
      ->check(CLI::IsMember({"on", "down", "off"}))
      ->needs(why);
  command->add_option("--actor", options->actor, "who; without it the login name");

  options = fresh();
  command = add(*channel, "switch", "turn the static switch of a channel, a method or a path",
                "tael channel switch aurora/qr/cmb off --for 30min --reason \"the bank is down\"", code, options, turn);
  command->add_option("PATH", options->path, "channel, channel/method or channel/method/bank")->required();
  command
      ->add_option("TO", options->to,
                   "on: statistics decide; off: no call leaves; forced_open: as if tripped, inquiries still leave; "
                   "forced_closed: always allowed, still measured")
      ->required()
      ->check(CLI::IsMember({"on", "off", "forced_open", "forced_closed"}));
  auto* length = command->add_option("--for", options->length, "how long, at most 24h; 1h unless told");
  command->add_option("--until", options->until, "or until when, RFC 3339; `revoked`: until somebody switches again")
      ->excludes(length);
  command->add_option("--reason", options->reason, "why; the journal keeps it")->required();
  command->add_option("--actor", options->actor, "who; without it the login name");
}

}  // namespace tael::commands
