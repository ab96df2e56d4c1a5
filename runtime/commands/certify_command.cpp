// `tael channel certify`: plays the torture suite against a channel's adapter in front of its simulated institution.
// Needs no node, no database and none of the channel's keys.
#include "runtime/certify/certify.hpp"
#include "runtime/certify/subject_of.hpp"
#include "runtime/commands/commands.hpp"
#include "runtime/config/config.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <stdexcept>

namespace tael::commands {
namespace {

struct CertifyOptions {
  std::string name, folder = "config", only;
  bool as_json = false;
};

int run(const CertifyOptions& options) {
  const auto loaded = config::load_channel(options.folder, options.name);
  for (const auto& error : loaded.errors) std::cerr << to_text(error) << "\n";
  if (!loaded.channel) return 2;
  try {
    // Two minutes are long for who looks at an empty screen: on a terminal each case is named as it ends.
    const auto progress = [&](const certify::Result& result) {
      if (!options.as_json)
        std::cerr << "." << (result.outcome == certify::Outcome::failed ? result.name : "") << std::flush;
    };
    const auto certificate = certify::certify(certify::subject_of(*loaded.channel), options.only, progress);
    if (!options.as_json) std::cerr << "\n";
    if (certificate.results.empty()) {
      std::cerr << "tael: no case's name begins with '" << options.only << "'\n";
      return 2;
    }
    if (options.as_json)
      std::cout << certify::to_json(certificate) << "\n";
    else
      certify::print_table(certificate, std::cout);
    return certificate.is_green() ? 0 : 1;
  } catch (const std::exception& why) {
    std::cerr << "tael: " << why.what() << "\n";
    return 2;
  }
}

}  // namespace

void add_certify_command(CLI::App& app, int& code) {
  auto options = std::make_shared<CertifyOptions>();
  auto* command = app.get_subcommand("channel")->add_subcommand(
      "certify", "play the torture suite against a channel's adapter, in front of its simulated institution");
  command->add_option("NAME", options->name, "the channel: channels/NAME.yaml, enabled or not")->required();
  command->add_option("--config", options->folder, "folder with channels/")->default_str("config");
  command->add_option("--only", options->only, "cases whose names begin so");
  command->add_flag("--json", options->as_json, "print JSON for scripts");
  command->footer(
      "Keys are made for this one rehearsal and the institution listens on this machine: no key of yours is read, and\n"
      "nobody outside is called.\n\nExample:\n  tael channel certify wechat\n  tael channel certify aurora --only "
      "callback_ --json\n\nExit codes: 0 every case passed, 1 a case failed, 2 wrong usage or configuration.");
  command->callback([options, &code] { code = run(*options); });
}

}  // namespace tael::commands
