#include "actors/account_actor.hpp"

#include "actors/domain/assert.hpp"

namespace tael {
namespace {

/// Postings of one commit; more wait for the next.
constexpr std::size_t postings_max = 1024;

}  // namespace

AccountActor::AccountActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
                           std::string id, Currency currency)
    : AccountRef::base(config), surroundings_(surroundings), peers_(std::move(peers)), again_(surroundings.timers) {
  row_.shard = static_cast<Shard>(shard_for("account", id) % shards_total);
  row_.kind = id.substr(0, id.find(':'));
  row_.id = std::move(id);
  row_.currency = currency;
}

auto AccountActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  load();
  return {
      [this](const ApplyPostings& apply) {
        for (const auto& posting : apply.postings)
          if (known_.insert(posting.entry).second) waiting_.push_back(posting);
        apply_waiting();
      },
      [](const kit::Run& run) { run.what(); },
  };
}

void AccountActor::load() {
  surroundings_.store.load_account(row_.id,
                                   kit::inside<Read<std::optional<AccountRow>>>(
                                       this, "account loaded", [this](const Read<std::optional<AccountRow>>& read) {
                                         if (!read.ok()) return again_.set(this, 1s, "load again", [this] { load(); });
                                         if (read.value) row_ = *read.value;
                                         loaded_ = true;
                                         apply_waiting();
                                       }));
}

void AccountActor::apply_waiting() {
  if (!loaded_ || storing_ || waiting_.empty()) return;
  const auto count = std::min(waiting_.size(), postings_max);
  auto after = row_;
  after.version += 1;
  after.at = surroundings_.clock.now();
  std::int64_t moved = 0;
  Commit commit;
  commit.shard = row_.shard;
  for (std::size_t i = 0; i < count; ++i) {
    TAEL_ASSERT(waiting_[i].currency == row_.currency, "an account has one currency");
    TAEL_ASSERT(!__builtin_add_overflow(moved, waiting_[i].amount, &moved), "sums of money do not overflow");
    commit.postings_applied.push_back(waiting_[i]);
  }
  TAEL_ASSERT(!__builtin_add_overflow(after.balance, moved, &after.balance), "balances do not overflow");
  commit.account = Write<AccountRow>{after, row_.version == 0};
  commit.journal.push_back(
      {.shard = row_.shard,
       .entity = row_.id,
       .version = after.version,
       .kind = "postings_applied",
       .body = {{"count", static_cast<std::int64_t>(count)}, {"moved", moved}, {"balance", after.balance}},
       .cause = waiting_.front().entry,
       .context = {},
       .at = after.at});
  storing_ = true;
  surroundings_.crash.passed("account.decided");
  kit::ask<Remembered>(
      this, surroundings_.timers, store_deadline, peers_->store, Remember{std::move(commit)},
      [this, after, count](const Remembered& remembered) { hear_store(remembered, after, count); },
      [this](const caf::error&) { quit(caf::exit_reason::user_shutdown); });
}

void AccountActor::hear_store(const Remembered& remembered, AccountRow after, std::size_t count) {
  storing_ = false;
  if (remembered.result.outcome != CommitOutcome::committed) {
    surroundings_.log.line(Level::warning, "postings_not_applied",
                           {{"account", row_.id}, {"error", remembered.result.error}});
    // What the store holds is the truth; the owner starts a new actor from it.
    return quit(caf::exit_reason::user_shutdown);
  }
  row_ = std::move(after);
  for (std::size_t i = 0; i < count; ++i) known_.erase(waiting_[i].entry);
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  surroundings_.crash.passed("account.applied");
  apply_waiting();
}

AccountsActor::AccountsActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers)
    : AccountsActorRef::base(config),
      surroundings_(surroundings),
      peers_(std::move(peers)),
      again_(surroundings.timers) {}

auto AccountsActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  set_down_handler([this](const caf::down_msg& end) {
    // An account that ended lost what it had in hand; what is on its way is read again from the store.
    std::erase_if(accounts_, [&](const auto& account) { return account.second.address() == end.source; });
    again_.set(this, 1s, "load again", [this] { load(); });
  });
  return {
      [this](const ApplyPostings& apply) { hand_out(apply.postings); },
      [this](const Begin&) { load(); },
      [](const kit::Run& run) { run.what(); },
  };
}

void AccountsActor::load() {
  surroundings_.store.load_postings(kit::inside<Read<std::vector<PostingOnItsWay>>>(
      this, "postings loaded", [this](const Read<std::vector<PostingOnItsWay>>& read) {
        if (!read.ok()) return again_.set(this, 1s, "load again", [this] { load(); });
        hand_out(read.value);
      }));
}

void AccountsActor::hand_out(const std::vector<PostingOnItsWay>& postings) {
  std::map<std::string, ApplyPostings> by_account;
  for (const auto& posting : postings) by_account[posting.account].postings.push_back(posting);
  for (auto& [id, apply] : by_account) {
    auto& account = accounts_[id];
    if (!account) {
      account = spawn<AccountActor>(surroundings_, peers_, id, apply.postings.front().currency);
      monitor(account);
    }
    send(account, std::move(apply));
  }
}

void AccountsActor::on_exit() {
  for (auto& [id, account] : accounts_) send_exit(account, caf::exit_reason::user_shutdown);
  accounts_.clear();
}

}  // namespace tael
