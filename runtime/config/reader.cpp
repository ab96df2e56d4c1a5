#include "runtime/config/reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tael::config {
namespace {

constexpr std::string_view env_prefix = "${env:";
constexpr std::string_view file_prefix = "file:";
constexpr std::uintmax_t secret_bytes_max = 64 * 1024;

bool is_variable_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, fits);
}

/// Letters and digits of a reference, so that two secrets differ, as long as the rule wants it.
std::string made_up(const std::string& reference, const SecretRule& rule) {
  constexpr std::size_t webhook_length = 44, usual_length = 40;  // Of base64: 33 bytes.
  std::string value;
  for (const char c : reference)
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) value += c;
  const auto length = rule.webhook ? webhook_length : std::max(rule.length_min, usual_length);
  // The end of a name tells it from others that begin alike.
  if (value.size() > length) value.erase(0, value.size() - length);
  value.resize(length, 'x');
  return (rule.webhook ? "whsec_" : "") + value;
}

/// A binary sequence with a long length, as PKCS#12 files begin: nothing in it is a line's end.
bool is_der(const std::string& bytes) {
  return bytes.size() > 2 && bytes[0] == '\x30' && (static_cast<unsigned char>(bytes[1]) & 0x80U) != 0;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
  };
}

bool is_reference(const std::string& text) { return text.starts_with("${") || text.starts_with(file_prefix); }

std::string name_in_message(const Yaml& value) {
  return value.key.empty() ? "the value" : "'" + shown(value.key) + "'";
}

void Reader::wrong(const Yaml& value, const std::string& expected) {
  std::string found;
  switch (value.kind) {
    case Yaml::Kind::none: found = "nothing"; break;
    case Yaml::Kind::list:
      found = value.children.empty() ? "an empty list" : "a list of " + std::to_string(value.children.size());
      break;
    case Yaml::Kind::map: found = "a map of keys"; break;
    case Yaml::Kind::scalar: found = "'" + shown(value.text) + "'" + (value.plain ? "" : " in quotes"); break;
  }
  error(value.line, name_in_message(value) + " must be " + expected + ", not " + found);
}

void Reader::read_secret(const Yaml& value, SecretRule rule, Secret& out) {
  const auto name = name_in_message(value);
  const auto& text = value.text;
  if (value.kind != Yaml::Kind::scalar || !is_reference(text))
    return error(value.line, name + " is a secret: write ${env:NAME} or file:PATH, never the value itself");

  const bool closed = text.starts_with(env_prefix) && text.ends_with('}');
  const auto variable = closed ? text.substr(env_prefix.size(), text.size() - env_prefix.size() - 1) : std::string{};
  if (!text.starts_with(file_prefix) && !is_variable_name(variable))
    return error(value.line, name + ": a reference reads ${env:NAME} or file:PATH");
  if (!follows_references_) {
    out = Secret{"", text};
    return;
  }
  const auto before = errors_.size();
  const auto found = follow(value, variable);
  if (!found && environment_.missing() == Missing::is_made_up) {
    errors_.resize(before);
    out = Secret::stand_in(made_up(text, rule), text);
    return;
  }
  if (!found) return;
  if (found->size() < rule.length_min)
    return error(value.line, name + ": what " + shown(text) + " leads to is shorter than " +
                                 std::to_string(rule.length_min) + " characters");
  const bool is_pem = found->find("-----BEGIN ") != std::string::npos;
  const auto is_printable = [&](char c) {
    const bool blank = (c == ' ' && (rule.blanks || is_pem)) || ((c == '\n' || c == '\r') && is_pem);
    return (c > ' ' || blank) && c < 0x7f;
  };
  if (!(rule.pkcs12 && is_der(*found)) && !std::ranges::all_of(*found, is_printable))
    return error(value.line,
                 name + ": what " + shown(text) + " leads to has a blank, or a character that is not ASCII");
  out = Secret{*found, text};
}

std::optional<std::string> Reader::follow(const Yaml& value, const std::string& variable) {
  if (value.text.starts_with(file_prefix)) return from_file(value, value.text.substr(file_prefix.size()));
  auto found = environment_(variable);
  if (!found) error(value.line, name_in_message(value) + ": " + value.text + " is not set in the environment");
  return found;
}

std::optional<std::string> Reader::from_file(const Yaml& value, const std::string& path) {
  namespace fs = std::filesystem;
  const auto refuse = [&](const std::string& why) {
    error(value.line, name_in_message(value) + ": file:" + shown(path) + " " + why);
    return std::nullopt;
  };
  if (path.empty()) return refuse("names no file");
  const auto where = fs::path{folder_} / path;  // An absolute path stays what it is.
  std::error_code failed;
  const auto status = fs::status(where, failed);
  if (failed || !fs::is_regular_file(status)) return refuse("is not there");
  if ((status.permissions() & fs::perms::others_all) != fs::perms::none)
    return refuse("is open to everyone on this machine; chmod 0400 it");
  if (fs::file_size(where, failed) > secret_bytes_max || failed) return refuse("is larger than 64 KiB");
  std::ifstream in{where, std::ios::binary};
  std::ostringstream content;
  if (!in || !(content << in.rdbuf())) return refuse("cannot be read, or is empty");
  auto text = content.str();
  while (!is_der(text) && !text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace tael::config
