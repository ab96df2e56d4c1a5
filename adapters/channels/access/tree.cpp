#include "adapters/channels/access/tree.hpp"

#include <algorithm>

namespace tael {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

const Tree* Tree::at(std::string_view path) const {
  const auto* found = this;
  while (found != nullptr && !path.empty()) {
    const auto slash = path.find('/');
    found = found->find(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  return found;
}

std::string_view Tree::text_of(std::string_view path) const {
  const auto* found = at(path);
  return found == nullptr || found->kind != Kind::text ? std::string_view{} : std::string_view{found->text};
}

std::string decode_form(std::string_view text, bool& good) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      good = false;
      return {};
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string encode_url(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += "0123456789ABCDEF"[byte >> 4];
    encoded += "0123456789ABCDEF"[byte & 15];
  }
  return encoded;
}

std::optional<Tree> read_form_tree(std::string_view bytes, TreeLimits limits) {
  Tree root;
  root.kind = Tree::Kind::object;
  root.end = bytes.size();
  if (bytes.size() > limits.bytes_max || bytes.empty()) return std::nullopt;
  for (std::size_t begin = 0; begin <= bytes.size();) {
    const auto end = std::min(bytes.find('&', begin), bytes.size());
    const auto pair = bytes.substr(begin, end - begin);
    const auto equals = pair.find('=');
    bool good = equals != std::string_view::npos && equals > 0;
    Tree member;
    member.kind = Tree::Kind::text;
    if (good) member.name = decode_form(pair.substr(0, equals), good);
    if (good) member.text = decode_form(pair.substr(equals + 1), good);
    member.begin = begin + equals + 1;
    member.end = end;
    if (!good || root.find(member.name) != nullptr || root.children.size() >= limits.nodes_max) return std::nullopt;
    root.children.push_back(std::move(member));
    begin = end + 1;
  }
  return root;
}

}  // namespace tael
