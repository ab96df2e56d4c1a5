// Goal: no file an operator could put into the folder crashes the loader, and none makes it show a secret.
// Method: the bytes are read as each kind of file in turn, under an environment of canaries.
#include "runtime/config/documents.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace tael::config;

void require(bool holds) {
  if (!holds) std::abort();
}

/// All that is shown of `text` where every secret of the environment is `secret`.
std::string shown_of(const std::string& file, const std::string& text, const std::string& secret) {
  const Environment environment = [&](const std::string&) { return std::optional<std::string>{secret}; };
  Reading reading{"/nonexistent", environment, {}, {}, {}};
  read_document(reading, file, text);
  check_across(reading);
  std::string shown;
  for (const auto& error : reading.errors) {
    require(error.line >= 1 && !error.file.empty() && !error.message.empty());
    shown += to_text(error) + "\n";
  }
  for (const auto& [key, value] : settings_of(reading.config)) shown += key + ": " + value + "\n";
  return shown;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  for (const std::string file : {"node.yaml", "accounts.yaml", "channels/aurora.yaml", "businesses/bakery.yaml"}) {
    const auto shown = shown_of(file, text, "CANARY0123456789abcdef");
    // A file can spell the canary itself (`"\x43ANARY"`): a secret is shown where another secret shows something else.
    if (shown.find("CANARY") != std::string::npos) require(shown == shown_of(file, text, "LINNET0123456789abcdef"));
  }
  return 0;
}
