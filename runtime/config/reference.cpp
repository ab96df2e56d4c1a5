#include "runtime/config/reference.hpp"

#include "runtime/config/accounts.hpp"
#include "runtime/config/config.hpp"
#include "runtime/config/table.hpp"

namespace tael::config {
namespace {

constexpr auto introduction =
    R"(<!-- Written by `tael config reference`; a test compares. Change the field tables in runtime/config instead. -->
# Configuration

A folder of YAML. `tael config check DIR` reads it as a node would and tells every wrong with file and line.

- Unknown keys and duplicate keys are errors. Anchors, aliases, tags and merge keys are not allowed.
- Lengths of time carry a unit: `800ms`, `8s`, `5min`, `12h`, `7d`. Whole numbers are plain decimals.
- A text that YAML could take for a number, a date or a truth stands in quotes: `"10042"`, `"no"`.
- A secret is a reference, never the value: `${env:NAME}`, or `file:PATH` (relative to this folder, not open to
  everyone on the machine). A reference that leads nowhere is an error when the folder is read.
- Money is never configured here; `fee_bps` is a rate.
- A file holds at most 256 KiB, 20 levels and 10,000 values.

`tael config explain KEY` tells about one key, `tael config diff DIR DIR` compares two folders, and
`tael config schema` writes `tael.schema.json`, which editors that speak the YAML language server complete from.
)";

void flatten(const std::string& file, const std::string& prefix, const std::vector<Row>& rows,
             std::vector<FlatRow>& out) {
  for (const auto& row : rows) {
    const auto key = prefix + row.key;
    out.push_back({file, key, row});
    const auto below = row.each.empty() ? key + "." : row.each == "[]" ? key + "[]." : key + "." + row.each + ".";
    flatten(file, below, row.rows, out);
  }
}

std::string in_code(const std::string& text) { return text.empty() ? "" : "`" + text + "`"; }

std::string indent(int depth) { return std::string(static_cast<std::size_t>(depth) * 2, ' '); }

std::string schema_of(const Row& row, int depth);

/// Members of the schema of a map with fixed keys.
std::string map_members(const std::vector<Row>& rows, int depth) {
  std::string required, properties;
  for (const auto& row : rows) {
    if (row.required) required += (required.empty() ? "" : ", ") + json_text(row.key);
    properties +=
        (properties.empty() ? "\n" : ",\n") + indent(depth + 1) + json_text(row.key) + ": " + schema_of(row, depth + 1);
  }
  std::string out = indent(depth) + "\"type\": \"object\",\n" + indent(depth) + "\"additionalProperties\": false,\n";
  if (!required.empty()) out += indent(depth) + "\"required\": [" + required + "],\n";
  return out + indent(depth) + "\"properties\": {" + properties + "\n" + indent(depth) + "}";
}

std::string in_braces(const std::string& members, int depth) { return "{\n" + members + "\n" + indent(depth) + "}"; }

std::string schema_of(const Row& row, int depth) {
  auto text = row.meaning;
  if (row.rows.empty()) text += " (" + row.words + (row.initial.empty() ? "" : "; default " + row.initial) + ")";
  const auto described = indent(depth + 1) + "\"description\": " + json_text(text) + ",\n";
  if (row.rows.empty()) return in_braces(described + indent(depth + 1) + row.schema, depth);
  if (row.each.empty()) return in_braces(described + map_members(row.rows, depth + 1), depth);
  const auto each = in_braces(map_members(row.rows, depth + 2), depth + 1);
  const std::string kind = row.each == "[]"
                               ? "\"type\": \"array\",\n" + indent(depth + 1) + "\"items\": "
                               : "\"type\": \"object\",\n" + indent(depth + 1) + "\"additionalProperties\": ";
  return in_braces(described + indent(depth + 1) + kind + each, depth);
}

}  // namespace

std::vector<FileRows> all_files() {
  return {
      {"node.yaml", "node", "name", "One node.", node_table().rows()},
      {"channels/NAME.yaml", "channel", "channel", "One configured way to an institution.", channel_table().rows()},
      {"businesses/NAME.yaml", "business", "business", "One business line that calls us.", business_table().rows()},
      {"accounts.yaml", "accounts", "accounts",
       "The chart of accounts and the posting rules. `amount` is what an entry is about, `fee` our fee on it, `net` "
       "the "
       "rest; a rule's debits and credits must be the same for any fee.",
       account_rows()},
  };
}

std::vector<FlatRow> flat_rows() {
  std::vector<FlatRow> rows;
  for (const auto& file : all_files()) flatten(file.file, "", file.rows, rows);
  return rows;
}

std::string reference_markdown() {
  std::string out = introduction;
  for (const auto& file : all_files()) {
    out += "\n## " + file.file + "\n\n" + file.meaning + "\n\n| key | value | default | meaning |\n|---|---|---|---|\n";
    std::vector<FlatRow> rows;
    flatten(file.file, "", file.rows, rows);
    for (const auto& [name, key, row] : rows)
      out += "| `" + key + "` | " + row.words + " | " + (row.required ? "*required*" : in_code(row.initial)) + " | " +
             row.meaning + " |\n";
  }
  return out;
}

std::string schema_json() {
  std::string choice, definitions;
  const auto files = all_files();
  for (const auto& file : files)
    definitions +=
        (definitions.empty() ? "\n    " : ",\n    ") + json_text(file.definition) + ": " +
        in_braces("      \"description\": " + json_text(file.meaning) + ",\n" + map_members(file.rows, 3), 2);
  // A node's `name` is a business's key too, so the node is what is none of the others.
  choice = "{\"$ref\": \"#/definitions/node\"}";
  for (const auto& file : files)
    if (file.definition != "node")
      choice = "{\"if\": {\"required\": [" + json_text(file.first_key) + "]}, \"then\": {\"$ref\": \"#/definitions/" +
               file.definition + "\"},\n    \"else\": " + choice + "}";
  return "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"title\": \"Tael configuration\",\n  "
         "\"allOf\": [" +
         choice + "],\n  \"definitions\": {" + definitions + "\n  }\n}\n";
}

}  // namespace tael::config
