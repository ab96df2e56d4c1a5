// What only all keys of a bank's host together can say: that its machines, header, key and fields are such as its
// dialect and its MAC want.
#pragma once

#include "runtime/config/channel.hpp"
#include "runtime/config/reader.hpp"

namespace tael::config {

/// Tells the reader of each wrong, with its line. Nothing for other adapters.
void check_bank_host(Reader& reader, const Yaml& yaml, const ChannelConfig& channel);

}  // namespace tael::config
