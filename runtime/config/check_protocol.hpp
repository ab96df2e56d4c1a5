// What a protocol can carry, as rows: a channel that nobody could ever pay by is told when the file is read, not
// at each order.
#pragma once

#include "runtime/config/channel.hpp"
#include "runtime/config/reader.hpp"

#include <string>
#include <vector>

namespace tael::config {

/// The methods an adapter offers; empty: any word, which the institution understands or refuses.
std::vector<std::string> methods_of(Adapter adapter);

/// Methods, currencies, names and keys that the channel's adapter could not send or sign with, and a bank's host
/// that it would not call.
void check_protocol(Reader& reader, const Yaml& yaml, const ChannelConfig& channel);

}  // namespace tael::config
