// Not everything may be open: of the channels that serve one method and currency, statistics may hold at most half
// shut, and must leave one. A hand on the switch is exempt, but counts.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace tael {

/// Who is shut, by group. One value for all trees of a node; whoever shares it between threads guards it.
class EjectionCap {
 public:
  struct Rule {
    int percent_max = 50;
    int left_min = 1;
  };
  EjectionCap() = default;
  explicit EjectionCap(Rule rule) : rule_(rule) {}

  /// `node` (any name that is unique among the trees) shuts `member` of `group` when it opens.
  void enlist(const std::string& node, const std::string& group, const std::string& member);

  /// Whether statistics may open it now.
  bool may_open(const std::string& node) const;
  void set_shut(const std::string& node, bool shut);

 private:
  struct Member {
    int shut_by = 0;  ///< Its nodes that are shut.
  };
  struct Place {
    std::string group, member;
  };
  struct Node {
    bool shut = false;
    std::vector<Place> places;
  };
  Rule rule_;
  std::map<std::string, std::map<std::string, Member>> groups_;
  std::map<std::string, Node> nodes_;
};

}  // namespace tael
