// What a server says when it is the store that cannot write, and no commit of ours that is wrong: it would say the same
// to every other. By the beginning of the SQLSTATE, most exact first.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace tael::postgres {

struct Trouble {
  std::string_view sqlstate;  ///< Its beginning.
  std::string_view kind;      ///< A metric's label.
  std::string_view words;     ///< For people, the caller's too: nothing of the server's own.
};

// clang-format off
inline constexpr auto troubles = std::to_array<Trouble>({
  {"25006", "read_only",      "the database takes no writes: it is read-only, a standby perhaps"},
  {"53100", "disk_full",      "the database's disk is full"},
  {"53200", "out_of_memory",  "the database is out of memory"},
  {"53300", "no_connections", "the database has no connection left for us"},
  {"53",    "overloaded",     "the database is at one of its limits"},
  {"58",    "system",         "the database's machine fails it: an error of its disk or its files"},
  {"XX001", "corrupted",      "the database finds its own files damaged"},
  {"XX002", "corrupted",      "the database finds its own files damaged"},
  {"28",    "forbidden",      "the database does not let our role in"},
  {"3D",    "schema",         "the database is gone"},
  {"3F",    "schema",         "the database's schema is not ours"},
  {"42501", "forbidden",      "the database does not allow our role to write"},
  {"42",    "schema",         "the database's schema is not ours"},
});
// clang-format on
inline constexpr Trouble unreachable{"", "unreachable", "the database cannot be reached"};

/// Null when the statement itself is at fault, or the moment.
constexpr const Trouble* trouble_of(std::string_view sqlstate) {
  const auto* found =
      std::ranges::find_if(troubles, [&](const Trouble& row) { return sqlstate.starts_with(row.sqlstate); });
  return found == troubles.end() ? nullptr : found;
}

namespace proof {

static_assert(trouble_of("53100")->kind == "disk_full" && trouble_of("53400")->kind == "overloaded");
static_assert(trouble_of("23505") == nullptr && trouble_of("40001") == nullptr && trouble_of("TA001") == nullptr);

}  // namespace proof
}  // namespace tael::postgres
