// Judges by a status map. Believes nothing that did not verify, nothing about another number and no
// success that does not say how much; all of that is silence.
#pragma once

#include "adapters/channels/access/status_map.hpp"
#include "adapters/channels/access/steps.hpp"

namespace tael {

class StatusClassifier final : public Classifier {
 public:
  /// `map` outlives the classifier.
  explicit StatusClassifier(StatusMap map) : map_(map) {}
  ChannelAnswer classify(const Evidence& evidence, const Reading& reading) const override;

 private:
  StatusMap map_;
};

}  // namespace tael
