// `tael scenario`: stories played in virtual time.
#include "runtime/commands/commands.hpp"
#include "runtime/scenario/command.hpp"
#include "runtime/scenario/schema.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace tael::commands {
namespace {

/// CLI11 takes -1 for the largest number there is.
std::string refusal_of_seed(const std::string& text) {
  const bool is_whole = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  return is_whole ? "" : "a seed is a whole number from 0, not '" + text + "'";
}

}  // namespace

void add_scenario_commands(CLI::App& app, int& code) {
  auto* scenario = app.add_subcommand("scenario", "play stories of days of payments in seconds, from one seed");
  scenario->require_subcommand(1);

  const auto options = std::make_shared<scenario::RunOptions>();
  auto* run = scenario->add_subcommand("run", "play story files; every promise is checked on the way");
  run->add_option("FILE", options->files, "story files")->required();
  run->add_option("--config", options->config_folder, "folder the stories play on")->default_str("config");
  run->add_option("--seed", options->seed, "instead of the file's own")->check(refusal_of_seed);
  run->add_flag("--json", options->json, "print one JSON object per play");
  run->add_option("--report", options->report, "folder for timeline.html, junit.xml and events.ndjson");
  run->add_option("--trace", options->trace, "print every line about this order; '' prints all");
  run->add_option("--until", options->until, "stop at this time of the story, like 00:10");
  run->add_option("--explore", options->explore, "play each with this many seeds; some kill the node, some move faults")
      ->check(CLI::Range(0, 1'000'000));
  run->add_option("--jobs", options->jobs, "processes to explore in")->check(CLI::Range(1, 256));
  run->add_flag("--shrink", options->shrink, "make a small story file of what fails, in the report's folder or here");
  run->add_option("--live", options->live, "play on a running node at this URL, in the wall's time")
      ->excludes("--explore");
  run->add_option("--control", options->control, "control API of that node's simulated institutions")
      ->default_str(options->control);
  run->add_option("--scale", options->scale, "multiply all arrivals, 0.01 for a hundredth")
      ->check(CLI::Range(0.0001, 100.0));
  run->add_flag("--move-faults", options->moves_faults, "the faults at other times (from a report)");
  run->add_option("--dies-at", options->dies_at, "kill the node at this passage of a crash point (from a report)");
  run->footer(
      "Example:\n  tael scenario run scripts/scenarios/a_lost_callback_is_found_by_inquiry.yaml --trace o-1\n"
      "  tael scenario run scripts/scenarios/*.yaml --explore 100 --jobs 2 --shrink\n\n"
      "Exit codes: 0 all held, 1 a promise or an expectation broke, 2 a file is wrong.");
  run->callback([options, &code] { code = scenario::run(*options, std::cout, std::cerr); });

  const auto new_file = std::make_shared<std::string>();
  auto* begin = scenario->add_subcommand("new", "write a commented story to start from");
  begin->add_option("FILE", *new_file, "the file to write; it must not be there")->required();
  begin->footer("Example:\n  tael scenario new mine.yaml && tael scenario run mine.yaml");
  begin->callback([new_file, &code] { code = scenario::write_new(*new_file, std::cout, std::cerr); });

  auto* schema = scenario->add_subcommand("schema", "print the JSON Schema of stories, for editors");
  schema->footer("Example:\n  tael scenario schema > scripts/scenarios/story.schema.json");
  schema->callback([] { scenario::print_schema(std::cout); });

  auto* words = scenario->add_subcommand("words", "print everything that can be said in a story, with examples");
  words->footer("Example:\n  tael scenario words");
  words->callback([] { scenario::print_words(std::cout); });
}

}  // namespace tael::commands
