#include "runtime/node/operator_settings.hpp"

namespace tael {

std::vector<Network> proxies_of(const config::ListenConfig& listen) {
  std::vector<Network> proxies;
  for (const auto& text : listen.trusted_proxies)
    if (const auto network = read_network(text)) proxies.push_back(*network);
  return proxies;
}

std::vector<AdminToken> admin_tokens_of(const config::NodeConfig& node) {
  std::vector<AdminToken> tokens;
  if (!node.admin_token.empty()) tokens.push_back({"admin", node.admin_token.reveal(), OperatorRole::approve});
  for (const auto& [name, shown] : node.admin_tokens) tokens.push_back({name, shown.token.reveal(), shown.role});
  return tokens;
}

}  // namespace tael
