#include "runtime/api/json_tree.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace tael::json {
namespace {

namespace bj = boost::json;
using bj::error_code;

/// What the parser calls as it reads. Values go to Boost.JSON's own stack; beside it runs where we are, for pointers.
class TreeBuilder {
 public:
  // The whole text is limited before it comes here.
  static constexpr std::size_t max_object_size = values_max;
  static constexpr std::size_t max_array_size = values_max;
  static constexpr std::size_t max_key_size = 1'024;
  static constexpr std::size_t max_string_size = 1'048'576;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& error) { return enter(error); }
  bool on_array_begin(error_code& error) { return enter(error); }
  bool on_object_end(std::size_t count, error_code&) {
    stack_.push_object(count);
    return leave();
  }
  bool on_array_end(std::size_t count, error_code&) {
    stack_.push_array(count);
    return leave();
  }
  bool on_key_part(bj::string_view part, std::size_t, error_code&) {
    key_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(bj::string_view part, std::size_t, error_code&) {
    key_.append(part.data(), part.size());
    stack_.push_key(part);
    auto& here = places_.back();
    here.token = key_;
    if (!here.members.insert(key_).second) errors_.push_back({pointer(), "this member appears twice"});
    key_.clear();
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(bj::string_view part, std::size_t, error_code& error) {
    stack_.push_string(part);
    return step(error);
  }
  bool on_number_part(bj::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, bj::string_view, error_code& error) {
    stack_.push_int64(number);
    return step(error);
  }
  bool on_uint64(std::uint64_t number, bj::string_view, error_code& error) {
    stack_.push_uint64(number);
    return step(error);
  }
  bool on_double(double number, bj::string_view, error_code& error) {
    if (!std::isfinite(number)) errors_.push_back({pointer(), "a number out of range"});
    stack_.push_double(std::isfinite(number) ? number : 0);
    return step(error);
  }
  bool on_bool(bool truth, error_code& error) {
    stack_.push_bool(truth);
    return step(error);
  }
  bool on_null(error_code& error) {
    stack_.push_null();
    return step(error);
  }
  bool on_comment_part(bj::string_view, error_code&) { return true; }
  bool on_comment(bj::string_view, error_code&) { return true; }

  TreeBuilder() { stack_.reset(); }
  bj::value release() { return stack_.release(); }
  std::vector<FieldError>& errors() { return errors_; }

 private:
  struct Place {
    std::string token;  ///< Of the member being read; empty inside an array.
    std::unordered_set<std::string> members;
  };

  bool step(error_code& error) {
    if (++values_ <= values_max) return true;
    error = bj::error::array_too_large;
    return false;
  }
  bool enter(error_code& error) {
    places_.emplace_back();
    return step(error);
  }
  bool leave() {
    places_.pop_back();
    return true;
  }
  std::string pointer() const {
    std::string text = "#";
    for (const auto& place : places_)
      if (!place.token.empty()) text = pointer_to(text, place.token);
    return text;
  }

  bj::value_stack stack_;
  std::vector<Place> places_;
  std::vector<FieldError> errors_;
  std::string key_;
  std::size_t values_ = 0;
};

void write_canonical(const bj::value& value, std::string& out, const AsTheyCame& kept) {
  if (const auto* array = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      write_canonical((*array)[i], out, {});
    }
    out += ']';
  } else if (const auto* object = value.if_object()) {
    std::vector<const bj::key_value_pair*> members;
    members.reserve(object->size());
    for (const auto& member : *object) members.push_back(&member);
    std::ranges::sort(members, {}, [](const auto* member) { return std::string_view{member->key()}; });
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += ',';
      out += bj::serialize(members[i]->key());
      out += ':';
      const auto as_it_came = kept.find(std::string_view{members[i]->key()});
      if (as_it_came != kept.end())
        out += as_it_came->second;
      else
        write_canonical(members[i]->value(), out, {});
    }
    out += '}';
  } else {
    out += bj::serialize(value);
  }
}

constexpr std::string_view blanks = " \t\r\n";

/// The value that begins at `at`, in JSON that has been parsed; moves `at` past it.
std::string_view take_value(std::string_view json, std::size_t& at) {
  const auto begin = at;
  int depth = 0;
  do {
    const char c = json[at];
    if (c == '"') {
      for (++at; json[at] != '"'; ++at) at += json[at] == '\\' ? 1 : 0;
      ++at;
    } else if (c == '{' || c == '[') {
      ++depth, ++at;
    } else if (c == '}' || c == ']') {
      --depth, ++at;
    } else if (depth > 0) {
      ++at;
    } else {
      at = std::min(json.find_first_of(",]} \t\r\n", at), json.size());
    }
  } while (depth > 0);
  return json.substr(begin, at - begin);
}

}  // namespace

Tree parse(std::string_view text) {
  bj::parse_options options;
  options.max_depth = depth_max;
  bj::basic_parser<TreeBuilder> parser(options);
  error_code error;
  const auto used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = bj::error::extra_data;
  Tree tree;
  if (error) {
    tree.errors.push_back({"#", "not JSON at byte " + std::to_string(used) + ": " + error.message()});
    return tree;
  }
  tree.parsed = true;
  tree.errors = std::move(parser.handler().errors());
  tree.value = parser.handler().release();
  return tree;
}

std::string canonical(const bj::value& value, const AsTheyCame& kept) {
  std::string out;
  write_canonical(value, out, kept);
  return out;
}

std::string_view member_text(std::string_view object, std::string_view name) {
  auto at = object.find('{') + 1;
  for (;;) {
    at = object.find_first_not_of(blanks, at);
    if (object[at] == '}') return {};
    const auto key = take_value(object, at);
    at = object.find_first_not_of(blanks, object.find(':', at) + 1);
    const auto value = take_value(object, at);
    const bool spelled_out = key.find('\\') == std::string_view::npos;
    if (spelled_out ? key.substr(1, key.size() - 2) == name : bj::parse(key).as_string() == name) return value;
    at = object.find_first_not_of(blanks, at);
    if (object[at] == ',') ++at;
  }
}

std::string with_member(const bj::object& object, std::string_view name, std::string_view json) {
  auto text = bj::serialize(object);
  text.pop_back();
  text.append(object.empty() ? "" : ",").append(bj::serialize(name));
  return text.append(":").append(json).append("}");
}

std::string pointer_to(std::string_view parent, std::string_view token) {
  constexpr std::size_t token_max = 64;
  if (token.size() > token_max) {
    auto size = token_max;
    while (size > 0 && (static_cast<unsigned char>(token[size]) & 0xc0) == 0x80) --size;
    token = token.substr(0, size);
  }
  std::string pointer{parent};
  pointer += '/';
  for (const char c : token) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

}  // namespace tael::json
