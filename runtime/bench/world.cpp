#include "runtime/bench/world.hpp"

#include "adapters/http/client.hpp"
#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/migrate.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <boost/json.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <sstream>
#include <sys/stat.h>

namespace tael::bench {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr Duration ready_within{60'000};
constexpr Duration sql_within{60'000};

void write_file(const fs::path& file, const std::string& content) {
  fs::create_directories(file.parent_path());
  std::ofstream out{file};
  out << content;
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

std::string channel_yaml(int port) {
  return "channel: house\ninstitution: house_bank\nadapter: http_json\ncurrencies: [CNY]\nurl: http://127.0.0.1:" +
         std::to_string(port) +
         "\nmerchant: M-BENCH\nkey: ${env:TAEL_BENCH_KEY}\nchannel_key: ${env:TAEL_BENCH_CHANNEL_KEY}\n"
         "owner: bench@example.com\nmethods:\n  qr: {banks: [first]}\nin_flight_max: 2000\n";
}

std::string shop_yaml(const Shop& shop) {
  std::string name = shop.code, upper;
  for (const char c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return "business: " + shop.code + "\nname: " + shop.code + "\nowner: bench@example.com\ntoken: ${env:TAEL_BENCH_" +
         upper + "_TOKEN}\nsalt: ${env:TAEL_BENCH_" + upper + "_SALT}\ntypes: [instant]\nscenes: [bench]\npaths: [" +
         payment_path + "]\nfee_bps: 60\nnotice:\n  secret: ${env:TAEL_BENCH_" + upper +
         "_NOTICE}\n  in_flight_max: 64\nhttp_allowed: true\n";
}

constexpr const char* accounts_yaml =
    "accounts:\n"
    "  channel_receivable: {class: asset, per: channel, heat: internal}\n"
    "  business_payable: {class: liability, per: business}\n"
    "  fee_income: {class: income, heat: internal}\n"
    "  suspense: {class: liability, per: channel}\n"
    "rules:\n"
    "  payment:\n"
    "    - {debit: channel_receivable, share: amount}\n"
    "    - {credit: business_payable, share: net}\n"
    "    - {credit: fee_income, share: fee}\n"
    "  refund:\n"
    "    - {debit: business_payable, share: amount}\n"
    "    - {credit: channel_receivable, share: amount}\n"
    "  surplus_received:\n"
    "    - {debit: channel_receivable, share: amount}\n"
    "    - {credit: suspense, share: amount}\n"
    "  surplus_refunded:\n"
    "    - {debit: suspense, share: amount}\n"
    "    - {credit: channel_receivable, share: amount}\n";

HttpAnswer fetch(const std::string& method, const std::string& url, const std::string& body = "") {
  CurlClient client;
  std::promise<HttpAnswer> answered;
  HttpCall call;
  call.method = method;
  call.url = url;
  call.body = body;
  call.answer_bytes_max = std::size_t{16} * 1024 * 1024;
  client.send(std::move(call), [&](HttpAnswer answer) { answered.set_value(std::move(answer)); });
  auto answer = answered.get_future().get();
  if (answer.status != 200) throw ChildError(url + " answered " + std::to_string(answer.status) + " " + answer.error);
  return answer;
}

/// The digits after `mark` in `line`.
int number_after(const std::string& line, std::string_view mark) {
  const auto found = line.find(mark);
  if (found == std::string::npos) throw ChildError("unexpected words of a process: " + line);
  return std::stoi(line.substr(found + mark.size()));
}

}  // namespace

Shop shop_of(int no) {
  const auto name = "shop_" + std::to_string(no);
  return {name, name + "-token-0000000001", name + "-salt-00000000001",
          "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5M" + std::string(1, static_cast<char>('A' + no)) + "A="};
}

TemporaryFolder::TemporaryFolder(bool keep) : keep_(keep) {
  path_ = (fs::temp_directory_path() / "tael-bench-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error(path_ + ": " + std::strerror(errno));
  chmod(path_.c_str(), 0755);  // PostgreSQL may run as somebody else.
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code none;
  if (!keep_) fs::remove_all(path_, none);
}

Cluster::Cluster(const std::string& folder) : folder_(folder + "/postgres"), cluster_(folder_) { cluster_.start(); }

Cluster::~Cluster() {
  try {
    cluster_.stop();
  } catch (const std::exception& error) {  // Its folder is about to go.
    std::cerr << "bench: " << error.what() << "\n";
  }
}

void Cluster::run(const std::string& sql) const {
  postgres::Connection{cluster_.url("postgres"), sql_within, {.statement = Duration{0}, .lock = Duration{0}}}.execute(
      sql, sql_within);
}

std::string Cluster::make_database(const std::string& name) {
  drop_database(name);
  run("create database " + name);
  postgres::migrate(cluster_.url(name), WallClock{}.now());
  return cluster_.url(name);
}

void Cluster::drop_database(const std::string& name) { run("drop database if exists " + name + " with (force)"); }

int Cluster::postmaster_pid() const {
  int pid = 0;
  // The cluster's data may live where its user can reach it, and its log beside them.
  std::ifstream{cluster_.log_file().parent_path() / "data" / "postmaster.pid"} >> pid;
  return pid;
}

std::string Cluster::version() const {
  postgres::Connection connection{cluster_.url("postgres"), sql_within};
  return connection.query("select current_setting('server_version')", {}, sql_within).text(0, 0);
}

ConfigFolder write_config(const std::string& path, const std::string& store_url, int batch_max, int institution_port) {
  ConfigFolder config{path,
                      {{"TAEL_BENCH_STORE", store_url},
                       {"TAEL_BENCH_KEY", "house-key-000000000001"},
                       {"TAEL_BENCH_CHANNEL_KEY", "house-channel-key-00001"}}};
  write_file(
      path + "/node.yaml",
      "name: bench_node\nlisten:\n  api: 127.0.0.1:0\n  admin: 127.0.0.1:0\nstore:\n"
      "  url: ${env:TAEL_BENCH_STORE}\n  batch_max: " +
          std::to_string(batch_max) +
          "\nlimits: {connections_max: 4096, connections_per_address_max: 4096}\nnotices: {allow: [127.0.0.1]}\n");
  write_file(path + "/accounts.yaml", accounts_yaml);
  write_file(path + "/channels/house.yaml", channel_yaml(institution_port));
  for (int no = 0; no < shops; ++no) {
    const auto shop = shop_of(no);
    write_file(path + "/businesses/" + shop.code + ".yaml", shop_yaml(shop));
    const auto prefix = "TAEL_BENCH_SHOP_" + std::to_string(no);
    config.environment[prefix + "_TOKEN"] = shop.token;
    config.environment[prefix + "_SALT"] = shop.salt;
    config.environment[prefix + "_NOTICE"] = shop.notice_secret;
  }
  return config;
}

InstitutionProcess::InstitutionProcess(const TemporaryFolder& folder) {
  const auto config = write_config(folder.path() + "/institution", "dbname=unused", 1, 0);
  child_ = std::make_unique<Child>(ChildOptions{.arguments = {"simulate", "channels", "--config", config.path},
                                                .environment = config.environment,
                                                .log_file = folder.path() + "/institution.log"});
  const auto line = child_->line(ready_within);
  port_ = number_after(line, "listens on port ");
  control_url_ = line.substr(line.find("http://"));
  fetch("POST", control_url_ + "settings", R"({"pay_after_ms": 0, "callback_after_ms": 0, "magic_amounts": false})");
}

std::int64_t InstitutionProcess::received() {
  const auto book = json::parse(fetch("GET", control_url_ + "book").body);
  std::int64_t received = 0;
  for (const auto& currency : book.at("currencies").as_array())
    received += currency.at("received").to_number<std::int64_t>();
  return received;
}

NodeProcess::NodeProcess(const TemporaryFolder& folder, const std::string& store_url, int batch_max,
                         int institution_port)
    : config_(write_config(folder.path() + "/node", store_url, batch_max, institution_port)) {
  child_ = std::make_unique<Child>(ChildOptions{.arguments = {"serve", "--config", config_.path},
                                                .environment = config_.environment,
                                                .log_file = folder.path() + "/node.log"});
  const auto line = child_->line(ready_within);
  url_ = "http://127.0.0.1:" + std::to_string(number_after(line, R"("api":")"));
  admin_url_ = "http://127.0.0.1:" + std::to_string(number_after(line, R"("admin":")"));
}

double NodeProcess::metric(const std::string& name) {
  std::istringstream lines{fetch("GET", admin_url_ + "/metrics").body};
  double sum = 0;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("tael_" + name + "{") || line.starts_with("tael_" + name + " "))
      sum += std::stod(line.substr(line.rfind(' ')));
  return sum;
}

}  // namespace tael::bench
