// A throw-away copy of a small good folder, of which a test changes one thing.
#pragma once

#include "runtime/config/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <unistd.h>

namespace tael::config {

inline const std::map<std::string, std::string> good_files{
    {"node.yaml", "name: tael_1\n"},
    {"accounts.yaml", R"(accounts:
  channel_receivable: {class: asset, per: channel, heat: internal}
  business_payable: {class: liability, per: business}
  fee_income: {class: income}
  suspense: {class: liability, per: channel}
rules:
  payment:
    - {debit: channel_receivable, share: amount}
    - {credit: business_payable, share: net}
    - {credit: fee_income, share: fee}
  refund: [{debit: business_payable, share: amount}, {credit: channel_receivable, share: amount}]
  surplus_received: [{debit: channel_receivable, share: amount}, {credit: suspense, share: amount}]
  surplus_refunded: [{debit: suspense, share: amount}, {credit: channel_receivable, share: amount}]
)"},
    {"channels/aurora.yaml", R"(channel: aurora
institution: aurora_pay
currencies: [CNY]
url: http://127.0.0.1:9400
merchant: M-1
key: ${env:KEY}
channel_key: ${env:CHANNEL_KEY}
owner: payments@example.com
methods:
  qr: {banks: [cmb, icbc]}
)"},
    {"businesses/bakery.yaml", R"(business: bakery
name: Bakery
token: ${env:TOKEN}
salt: ${env:SALT}
types: [instant]
paths: [aurora/qr/cmb]
fee_bps: 60
owner: bakery@example.com
notice:
  secret: ${env:WHSEC}
)"},
};

inline Environment good_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    if (name == "WHSEC") return "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    if (name == "MAC_KEY") return "0123456789ABCDEFFEDCBA9876543210";
    if (name == "SHORT") return "short";
    if (name == "BLANK") return "CANARY with blanks in it";
    if (name.starts_with("UNSET")) return std::nullopt;
    return "CANARY-value-of-" + name;
  };
}

class FolderOnDisk {
 public:
  FolderOnDisk() {
    std::string name = (std::filesystem::temp_directory_path() / "tael_config_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
    for (const auto& [file, text] : good_files) write(file, text);
  }
  ~FolderOnDisk() { std::filesystem::remove_all(path_); }
  FolderOnDisk(const FolderOnDisk&) = delete;
  FolderOnDisk& operator=(const FolderOnDisk&) = delete;

  void write(const std::string& file, const std::string& text) {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream{path_ / file, std::ios::binary} << text;
  }
  void append(const std::string& file, const std::string& text) {
    std::ofstream{path_ / file, std::ios::binary | std::ios::app} << text;
  }
  /// Replaces a part of a file that must be there.
  void replace(const std::string& file, const std::string& part, const std::string& by) {
    std::ifstream in{path_ / file};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    text.replace(text.find(part), part.size(), by);  // Throws when it is not there.
    write(file, text);
  }
  void remove(const std::string& file) { std::filesystem::remove_all(path_ / file); }

  std::string path() const { return path_.string(); }
  Loaded load() const { return load_folder(path(), good_environment()); }
  /// All errors, one a line.
  std::string errors() const {
    std::string all;
    for (const auto& error : load().errors) all += to_text(error) + "\n";
    return all;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace tael::config
