// What the field tables say, for people (Markdown), for editors (JSON Schema draft-07) and for one key.
#pragma once

#include "runtime/config/shape.hpp"

#include <string>
#include <vector>

namespace tael::config {

struct FileRows {
  std::string file;        ///< `channels/NAME.yaml`
  std::string definition;  ///< Its name in the schema.
  std::string first_key;   ///< The key by which an editor tells it from the others.
  std::string meaning;
  std::vector<Row> rows;
};

std::vector<FileRows> all_files();

/// A row with its whole key: `breaker.open_min`, `methods.METHOD.banks`, `rules.payment[].share`.
struct FlatRow {
  std::string file, key;
  Row row;
};
std::vector<FlatRow> flat_rows();

std::string reference_markdown();
std::string schema_json();

}  // namespace tael::config
