#include "runtime/admin/admin_client.hpp"

#include "adapters/http/client.hpp"
#include "runtime/inspect/store_to_read.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <array>
#include <cstdlib>
#include <future>
#include <ostream>
#include <pwd.h>
#include <unistd.h>

namespace tael {
namespace {

constexpr Duration answer_within{30'000};
constexpr int nobody_answers = 70;

struct Reached {
  std::string url, token;
};

/// What `admin_token` leads to, else the only one of `admin_tokens`; empty when neither is known here.
std::string only_token_of(const config::NodeConfig& node) {
  if (is_given(node.admin_token)) return node.admin_token.reveal();
  if (node.admin_tokens.size() != 1 || !is_given(node.admin_tokens.begin()->second.token)) return {};
  return node.admin_tokens.begin()->second.token.reveal();
}

/// The folder is read only for what was not given otherwise.
std::optional<Reached> reach(const AdminDoor& door, std::ostream& errors) {
  const char* variable = std::getenv("TAEL_ADMIN_TOKEN");
  Reached reached{door.url, variable == nullptr ? "" : variable};
  if (reached.url.empty() || reached.token.empty()) {
    const auto config = load_for_reading(door.folder, errors);
    if (!config) return std::nullopt;
    if (reached.url.empty()) reached.url = "http://" + to_text(config->node.listen.admin);
    if (reached.token.empty()) reached.token = only_token_of(config->node);
  }
  if (reached.token.empty()) {
    errors << "tael: no admin token: set TAEL_ADMIN_TOKEN, or `admin_token` in node.yaml; of several `admin_tokens` "
              "the command cannot choose one\n";
    return std::nullopt;
  }
  while (reached.url.ends_with('/')) reached.url.pop_back();
  return reached;
}

int code_of(int status) {
  if (status >= 200 && status < 300) return 0;
  if (status == 404 || status == 409 || status == 402) return 1;
  return status >= 500 ? nobody_answers : 2;
}

/// Of whoever this process runs as; the number when it has no name.
std::string login_name() {
  constexpr std::size_t bytes_max = 16'384;
  std::array<char, bytes_max> bytes{};
  passwd entry{}, *found = nullptr;
  const auto user = ::geteuid();
  const bool known = ::getpwuid_r(user, &entry, bytes.data(), bytes.size(), &found) == 0 && found != nullptr;
  return known && *entry.pw_name != '\0' ? entry.pw_name : "user " + std::to_string(user);
}

/// What a problem document says, or the bare status.
std::string sentence_of(const HttpAnswer& answer) {
  boost::system::error_code unreadable;
  const auto document = boost::json::parse(answer.body, unreadable);
  const auto* problem = unreadable ? nullptr : document.if_object();
  const auto* detail = problem == nullptr ? nullptr : problem->if_contains("detail");
  if (detail != nullptr && detail->is_string()) return std::string{detail->get_string()};
  return "the node answered " + std::to_string(answer.status);
}

}  // namespace

void add_admin_door(CLI::App& command, AdminDoor& door) {
  if (command.get_option_no_throw("--config") == nullptr)
    command.add_option("--config", door.folder, "configuration of the running node")->default_str("config");
  command.add_option("--admin", door.url, "where the node's admin listener is, for example http://127.0.0.1:8081");
}

AdminAnswer ask_admin(const AdminDoor& door, const std::string& path, const std::string& body, std::ostream& errors) {
  const auto reached = reach(door, errors);
  if (!reached) return {2, ""};
  HttpCall call;
  call.method = body.empty() ? "GET" : "POST";
  call.url = reached->url + path;
  call.headers = {{"Tael-Admin-Token", reached->token}};
  if (!body.empty()) call.headers.emplace_back("Content-Type", "application/json");
  call.body = body;
  call.deadline = answer_within;
  CurlClient client;
  std::promise<HttpAnswer> promise;
  client.send(std::move(call), [&](HttpAnswer answer) { promise.set_value(std::move(answer)); });
  auto answer = promise.get_future().get();
  if (answer.transport != Transport::answered) {
    errors << "tael: the node does not answer at " << reached->url << ": " << answer.error << "\n";
    return {nobody_answers, ""};
  }
  const int code = code_of(answer.status);
  if (code != 0) errors << "tael: " << sentence_of(answer) << "\n";
  return {code, std::move(answer.body)};
}

std::string operator_name(const std::string& given) {
  if (!given.empty()) return given;
  for (const char* variable : {"SUDO_USER", "USER", "LOGNAME"})
    if (const char* name = std::getenv(variable); name != nullptr && *name != '\0') return name;
  return login_name();
}

}  // namespace tael
