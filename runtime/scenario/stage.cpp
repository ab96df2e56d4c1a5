#include "runtime/scenario/stage.hpp"

namespace tael::scenario {

Stage::Stage(const Story& played, std::uint64_t seed, bool keeps_lines)
    : Town(played, seed, keeps_lines),
      world(played.start, seed),
      outside(seed ^ 0xd1b54a32d192ed03),
      institutions(played.config, world, agenda, outside),
      businesses([this](Duration wait, std::function<void()> then) { agenda.at(world.now() + wait, std::move(then)); }),
      mailbox(played.config),
      promises(machine.disk, institutions, businesses),
      customers(*this) {
  machine.commit_takes = played.commit_takes;
  machine.disk.keeps_exchanges = false;
  institutions.deliver_to([this](const std::string& channel, const HttpCall& call, std::function<void(int)> done) {
    ServerRequest request{"POST", "/channels/" + channel + "/callback", {}, call.body, "127.0.0.1"};
    for (const auto& [name, value] : call.headers) {
      auto lower = name;
      for (auto& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      request.headers.emplace_back(std::move(lower), value);
    }
    if (trace.keeps_lines()) trace.line(world.now(), "callback " + channel + " " + call.body);
    node->request(std::move(request), [this, done = std::move(done), channel](const ServerResponse& response) {
      agenda.at(world.now() + 1ms, [this, done, channel, status = response.status] {
        if (trace.keeps_lines())
          trace.line(world.now(), "callback " + channel + " was answered " + std::to_string(status));
        done(status);
      });
    });
  });
  start_node();
}

// What is still to happen may hold what belongs to actors, which end with the world.
Stage::~Stage() {
  node.reset();
  agenda.clear();
}

void Stage::request(ServerRequest request, std::function<void(ServerResponse)> done) {
  node->request(std::move(request), std::move(done));
}

void Stage::pay_at_institution(const std::string& order_id, const std::string& path,
                               const std::function<void(const std::string& number)>& then) {
  const auto found = machine.disk.orders.find(order_id);
  if (found == machine.disk.orders.end()) return then({});
  const auto& attempts = found->second.attempts;
  for (auto attempt = attempts.rbegin(); attempt != attempts.rend(); ++attempt)
    if (path.empty() || attempt->path == path)
      if (institutions.pay(attempt->path.substr(0, attempt->path.find('/')), attempt->number))
        return then(attempt->number);
  then({});
}

/// As operators take out a path: of its channel's file and of every business that offers it.
void Stage::configure() {
  configured = story.config;
  for (const auto& path : retired) {
    const auto method_at = path.find('/') + 1, bank_at = path.rfind('/') + 1;
    auto& methods = configured.channels.at(path.substr(0, method_at - 1)).methods;
    const auto method = methods.find(path.substr(method_at, bank_at - 1 - method_at));
    if (method != methods.end()) {
      std::erase(method->second.banks, path.substr(bank_at));
      if (method->second.banks.empty()) methods.erase(method);
    }
    for (auto& [code, business] : configured.businesses) std::erase(business.paths, path);
  }
}

void Stage::start_node() {
  well_since = world.now();
  configure();
  node = std::make_unique<NodeLife>(
      LifeSurroundings{configured, world, agenda, machine, institutions, businesses, mailbox, trace});
  if (!machine.store_is_up) set_store_up(false);
}

void Stage::bury_node() {
  deaths += 1;
  windows |= windows_of_a_death(*this);
  node->bury();
  const auto wait = std::exchange(down_for, 1s);
  if (chronicler) chronicler->note(elapsed(), "the node is dead", true, elapsed() + wait);
  agenda.at(world.now() + wait, [this] { start_node(); });
}

void Stage::set_store_up(bool up) {
  machine.store_is_up = up;
  if (up) well_since = world.now();
  // Counts below nought never run out.
  node->store().refuse_writes(up ? 0 : -1);
  node->store().refuse_reads(up ? 0 : -1);
}

}  // namespace tael::scenario
