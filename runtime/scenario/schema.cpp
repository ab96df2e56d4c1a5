#include "runtime/scenario/schema.hpp"

#include "runtime/config/config.hpp"
#include "runtime/scenario/story_keys.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <boost/json.hpp>

#include <ostream>

namespace tael::scenario {
namespace {

namespace json = boost::json;

const std::string time_of_story = "[0-9]{2,4}:[0-5][0-9](:[0-5][0-9](\\.[0-9]{3})?)?";
const std::string length = "[0-9]+(ms|s|min|h|d)";

/// What may stand in a slot. Codes of a configuration are names here: a schema knows no configuration.
std::string slot_of(const std::string& slot, const Lexicon& lexicon) {
  if (const auto listed = lexicon.find(slot); listed != lexicon.end()) {
    std::string words;
    for (const auto& word : listed->second) {
      words += words.empty() ? "(" : "|";
      for (const char c : word) words += c == '.' ? std::string{"\\."} : std::string{c};
    }
    return words + ")";
  }
  if (slot == "MONEY") return "[0-9]+(\\.[0-9]+)? [A-Z]{3}";
  if (slot == "LENGTH") return length;
  if (slot == "TIME") return time_of_story;
  if (slot == "COUNT") return "[0-9]+";
  if (slot == "PERCENT") return "(100|[0-9]{1,2})%";
  return "[A-Za-z0-9_:./-]+";
}

std::string pattern_of(std::string_view phrase, const Lexicon& lexicon) {
  std::string pattern;
  for (const auto& word : split_words(phrase)) {
    const bool slot = word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string::npos;
    pattern += (pattern.empty() ? "" : " +") + (slot ? slot_of(word, lexicon) : word);
  }
  return pattern;
}

/// One branch a sentence, so that an editor says what each means. `snippets` are what it offers to complete.
void add(json::array& branches, json::array& snippets, std::string_view before, const std::string& before_pattern,
         const std::string& after_pattern, std::string_view after, const Phrase& phrase, const Lexicon& lexicon) {
  const auto example = std::string{before} + std::string{phrase.example} + std::string{after};
  branches.push_back(
      json::object{{"pattern", "^" + before_pattern + pattern_of(phrase.pattern, lexicon) + after_pattern + "$"},
                   {"description", phrase.meaning},
                   {"examples", json::array{example}}});
  snippets.push_back(
      json::object{{"label", std::string{phrase.pattern}}, {"description", phrase.meaning}, {"body", example}});
}

json::object sentence_list(json::array branches, json::array snippets) {
  return {{"type", "array"},
          {"items",
           json::object{{"type", "string"}, {"anyOf", std::move(branches)}, {"defaultSnippets", std::move(snippets)}}}};
}

json::object script_schema(const Lexicon& lexicon) {
  json::array branches, snippets;
  for (const auto& phrase : deed_phrases())
    add(branches, snippets, "00:10 ", time_of_story + " +", "", "", phrase, lexicon);
  for (const auto& phrase : fact_phrases())
    add(branches, snippets, "00:10 expect ", time_of_story + " +expect +", "", "", phrase, lexicon);
  return sentence_list(std::move(branches), std::move(snippets));
}

json::object expect_schema(const Lexicon& lexicon) {
  json::array branches, snippets;
  for (const auto& phrase : fact_phrases()) {
    add(branches, snippets, "at the end ", "(always|at +the +end|at +" + time_of_story + ") +", "", "", phrase,
        lexicon);
    add(branches, snippets, "eventually ", "eventually +", " +within +" + length, " within 10min", phrase, lexicon);
  }
  return sentence_list(std::move(branches), std::move(snippets));
}

json::object section_schema(std::string_view section);

json::object value_schema(const StoryKey& key) {
  json::object schema{{"description", key.meaning}};
  if (key.shape == "[]") {
    schema["$ref"] = key.name == "expect" ? "#/definitions/expect" : "#/definitions/script";
  } else if (key.shape == "load") {
    schema["anyOf"] =
        json::array{json::object{{"$ref", "#/definitions/load"}},
                    json::object{{"type", "array"}, {"items", json::object{{"$ref", "#/definitions/load"}}}}};
  } else if (key.shape == "{}" && keys_of(key.name).empty()) {
    schema["type"] = "object";
    if (key.name == "mix") schema["additionalProperties"] = json::object{{"type", "string"}, {"pattern", "^[0-9]+%$"}};
  } else if (key.shape == "{}") {
    for (auto& [name, value] : section_schema(key.name)) schema[name] = value;
  } else if (key.shape == "^[0-9]+$") {
    schema["type"] = "integer";
    schema["minimum"] = 0;
  } else {
    schema["type"] = "string";
    if (key.shape.empty())
      schema["minLength"] = 1;
    else
      schema["pattern"] = key.shape;
  }
  schema["examples"] = json::array{key.example};
  if (key.shape == "[]" || key.shape == "load" || key.shape == "{}" || key.shape == "^[0-9]+$")
    schema.erase("examples");
  return schema;
}

json::object section_schema(std::string_view section) {
  json::object properties;
  for (const auto& key : story_keys())
    if (key.section == section) properties[key.name] = value_schema(key);
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

/// Lines that a person can read and a diff can show.
void print(std::ostream& out, const json::value& value, const std::string& indent) {
  const auto flat = json::serialize(value);
  if (flat.size() + indent.size() <= 118 || value.is_primitive()) {
    out << flat;
    return;
  }
  const auto deeper = indent + "  ";
  const char* separator = "\n";
  if (const auto* object = value.if_object()) {
    out << "{";
    for (const auto& [key, child] : *object) {
      out << std::exchange(separator, ",\n") << deeper << json::serialize(json::string{key}) << ": ";
      print(out, child, deeper);
    }
    out << "\n" << indent << "}";
  } else {
    out << "[";
    for (const auto& child : value.get_array()) {
      out << std::exchange(separator, ",\n") << deeper;
      print(out, child, deeper);
    }
    out << "\n" << indent << "]";
  }
}

}  // namespace

void print_schema(std::ostream& out) {
  auto lexicon = lexicon_of(config::Config{});
  for (const auto* code : {"BUSINESS", "CHANNEL", "OWNED", "SCOPE", "PATH"}) lexicon.erase(code);
  auto story = section_schema("");
  json::object schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "A story of Tael"}};
  for (auto& [name, value] : story) schema[name] = value;
  schema["required"] = json::array{"why"};
  schema["anyOf"] =
      json::array{json::object{{"required", json::array{"script"}}}, json::object{{"required", json::array{"load"}}},
                  json::object{{"required", json::array{"faults"}}}};
  auto load = section_schema("load");
  load["required"] = json::array{"business"};
  schema["definitions"] =
      json::object{{"script", script_schema(lexicon)}, {"expect", expect_schema(lexicon)}, {"load", std::move(load)}};
  print(out, schema, "");
  out << "\n";
}

}  // namespace tael::scenario
