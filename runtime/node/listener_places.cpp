#include "runtime/node/listener_places.hpp"

#include "runtime/node/node.hpp"

namespace tael {

Places listener_places(const config::Config& config, Log& log) {
  const auto wanted = static_cast<std::size_t>(config.node.limits.connections_max);
  const auto descriptors = raise_descriptor_limit();
  const auto places = places_within(descriptors, wanted);
  if (!places)
    throw Fatal(FatalReason::configuration, "the system lets this process open " + std::to_string(descriptors) +
                                                " files and connections, too few for any work: raise the hard limit "
                                                "(LimitNOFILE, ulimit -Hn)");
  if (places->connections < wanted)
    log.line(Level::warning, "connections_lowered",
             {{"connections_max", static_cast<std::int64_t>(wanted)},
              {"fit", static_cast<std::int64_t>(places->connections)},
              {"descriptors", static_cast<std::int64_t>(descriptors)},
              {"hint", "raise the hard limit of open files, or lower limits.connections_max"}});
  return *places;
}

}  // namespace tael
