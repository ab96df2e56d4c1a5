// A configured channel as a subject: its own words, codes, methods and dialect, but keys made for this one rehearsal
// and an institution on this machine. So nothing of the real ones is needed, and nothing can reach them.
#pragma once

#include "runtime/certify/subject.hpp"
#include "runtime/config/channel.hpp"

namespace tael::certify {

/// Throws std::invalid_argument, naming the channel and the key, for what cannot be.
Subject subject_of(const config::ChannelConfig& channel);

}  // namespace tael::certify
