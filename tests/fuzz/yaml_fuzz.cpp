// Goal: no file an operator could put into the folder crashes the loader, and none makes it show a secret.
// Method: the bytes are read as each kind of file in turn, under an environment of canaries.
#include "runtime/config/documents.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

constexpr auto canary = "CANARY0123456789abcdef";

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tael::config;
  const std::string text{reinterpret_cast<const char*>(data), size};
  if (text.find("CANARY") != std::string::npos) return 0;  // It would show its own text.
  const Environment environment = [](const std::string&) { return std::optional<std::string>{canary}; };
  Reading reading{"/nonexistent", environment, {}, {}, {}};
  for (const std::string file : {"node.yaml", "accounts.yaml", "channels/aurora.yaml", "businesses/bakery.yaml"})
    read_document(reading, file, text);
  check_across(reading);
  for (const auto& error : reading.errors) {
    require(error.line >= 1 && !error.file.empty() && !error.message.empty());
    require(error.message.find("CANARY") == std::string::npos);
  }
  for (const auto& [key, value] : settings_of(reading.config)) require(value.find("CANARY") == std::string::npos);
  return 0;
}
