// Judges by a status map. Believes nothing that did not verify, nothing about another number and no success that does
// not say how much; all of that is silence. An authentic word that has no row decides nothing either: a status is
// pending, an error code is silence, and the channel's owner is told.
#pragma once

#include "adapters/channels/access/status_map.hpp"
#include "adapters/channels/access/steps.hpp"

#include <utility>

namespace tael {

class StatusClassifier final : public Classifier {
 public:
  explicit StatusClassifier(StatusMap map) : map_(std::move(map)) {}
  ChannelAnswer classify(const Evidence& evidence, const Reading& reading) const override;

 private:
  StatusMap map_;
};

}  // namespace tael
