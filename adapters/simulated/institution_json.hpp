// What the institution's sources share of JSON: reading members of a body that may hold anything, and replies.
#pragma once

#include "adapters/simulated/institution.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tael::institution_json {

/// How much too much is given, or said, by the faults that are about another amount.
inline constexpr std::int64_t overpaid = 100;
/// What no protocol can read, though it has something of all of them.
inline constexpr std::string_view garbage{"\x00\xff{\"<xml>&=\xc3\x28\r\n0210", 18};

inline std::string text(const boost::json::object& body, std::string_view name) {
  const auto* value = body.if_contains(name);
  const auto* found = value == nullptr ? nullptr : value->if_string();
  return found == nullptr ? std::string{} : std::string{*found};
}

inline std::optional<std::int64_t> integer(const boost::json::object& body, std::string_view name) {
  const auto* value = body.if_contains(name);
  const auto* found = value == nullptr ? nullptr : value->if_int64();
  return found == nullptr ? std::nullopt : std::optional{*found};
}

/// An empty object for whatever is none.
inline boost::json::object object(std::string_view body) {
  boost::json::error_code error;
  auto value = boost::json::parse(body, error);
  return !error && value.is_object() ? std::move(value.get_object()) : boost::json::object{};
}

inline InstitutionReply reply(const boost::json::object& body) {
  InstitutionReply made;
  made.body = boost::json::serialize(body);
  return made;
}

inline InstitutionReply refuse(int status, std::string_view code, std::string_view message,
                               std::string_view number = {}) {
  boost::json::object body{{"code", code}, {"message", message}};
  if (!number.empty()) body["number"] = number;
  auto made = reply(body);
  made.status = status;
  return made;
}

}  // namespace tael::institution_json
