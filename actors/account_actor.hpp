// One account with a running balance. Applies postings that are on their way, exactly once: the balance and
// the end of their way are one commit. Postings that wait for the store are coalesced into the next commit.
#pragma once

#include "actors/kit/manners.hpp"
#include "actors/peers.hpp"

#include <map>
#include <set>

namespace tael {

using AccountRef = caf::typed_actor<caf::reacts_to<ApplyPostings>, caf::reacts_to<kit::Run>>;

/// Invariants
///  - `row_` is what the store holds.
///  - A posting (entry, account) is applied at most once, also when it is told of twice.
class AccountActor : public AccountRef::base {
 public:
  AccountActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers, std::string id,
               Currency currency);
  behavior_type make_behavior() override;
  const char* name() const override { return "account"; }

 private:
  void load();
  void apply_waiting();
  void hear_store(const Remembered& remembered, AccountRow after, std::size_t count);

  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  AccountRow row_;
  bool loaded_ = false, storing_ = false;
  std::vector<PostingOnItsWay> waiting_;
  std::set<std::string> known_;  ///< Entries waiting or being applied.
  kit::Alarm again_;
};

/// Finds or makes the actor of an account, and hands every account what was on its way at the start.
using AccountsActorRef = AccountsRef::extend<caf::reacts_to<kit::Run>>;

class AccountsActor : public AccountsActorRef::base {
 public:
  AccountsActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers);
  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "accounts"; }

 private:
  void load();
  void hand_out(const std::vector<PostingOnItsWay>& postings);

  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  std::map<std::string, AccountRef> accounts_;
  kit::Alarm again_;
};

}  // namespace tael
