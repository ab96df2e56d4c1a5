// Where the members of an object stand, while it is read: the last of one name stays, and says that it was not the only
// one.
#pragma once

#include "adapters/channels/access/tree.hpp"

#include <map>
#include <string>
#include <utility>

namespace tael {

class MemberPlaces {
 public:
  void put(Tree& parent, Tree member) {
    const auto [place, is_new] = places_.emplace(member.name, parent.children.size());
    if (is_new) return parent.children.push_back(std::move(member));
    member.unclear = true;
    parent.children[place->second] = std::move(member);
  }

 private:
  std::map<std::string, std::size_t> places_;
};

}  // namespace tael
