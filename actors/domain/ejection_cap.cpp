#include "actors/domain/ejection_cap.hpp"

#include <algorithm>

namespace tael {

void EjectionCap::enlist(const std::string& node, const std::string& group, const std::string& member) {
  groups_[group][member];
  auto& places = nodes_[node].places;
  const auto is_same = [&](const Place& place) { return place.group == group && place.member == member; };
  if (std::ranges::none_of(places, is_same)) places.push_back({group, member});
}

bool EjectionCap::may_open(const std::string& node) const {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return true;
  return std::ranges::all_of(found->second.places, [this](const Place& place) {
    const auto& group = groups_.at(place.group);
    const auto size = static_cast<int>(group.size());
    int shut = 0;
    for (const auto& [name, member] : group) shut += name != place.member && member.shut_by > 0;
    return shut + 1 <= std::max(1, size * rule_.percent_max / 100) && size - shut - 1 >= rule_.left_min;
  });
}

void EjectionCap::set_shut(const std::string& node, bool shut) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end() || found->second.shut == shut) return;
  found->second.shut = shut;
  for (const auto& place : found->second.places) groups_[place.group][place.member].shut_by += shut ? 1 : -1;
}

}  // namespace tael
