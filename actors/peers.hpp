// Who talks to whom. Each peer is seen only through the signatures its callers need; the composition root
// fills this in before it says `Begin`, and empties it on the way down.
//
// The ask order:  business -> order -> breaker -> channel;  everyone -> store.  Upward, tell.
#pragma once

#include "actors/kit/timers.hpp"
#include "actors/link_dial.hpp"
#include "actors/message_types.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/crash_point.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/lease.hpp"
#include "actors/ports/log.hpp"
#include "actors/ports/meter.hpp"
#include "actors/ports/notice_sender.hpp"

#include <memory>

namespace tael {

using StoreRef = caf::typed_actor<caf::replies_to<Remember>::with<Remembered>>;
using PermitsRef = caf::typed_actor<caf::replies_to<AskPermit>::with<PermitReply>, caf::reacts_to<ReportCall>>;
using BreakerViewsRef = caf::typed_actor<caf::replies_to<ViewBreakers>::with<BreakersView>>;
using CallsRef = caf::typed_actor<caf::replies_to<CallChannel>::with<ChannelAnswered>>;
using TimersRef = caf::typed_actor<caf::reacts_to<ArmTimers>, caf::reacts_to<Begin>>;
using NoticesRef = caf::typed_actor<caf::reacts_to<DeliverNotice>, caf::reacts_to<TimerDue>, caf::reacts_to<Begin>,
                                    caf::replies_to<ResumeNotices>::with<NoticesResumed>>;
using AccountsRef = caf::typed_actor<caf::reacts_to<ApplyPostings>, caf::reacts_to<Begin>>;
using LinksRef = caf::typed_actor<caf::reacts_to<LinkSeen>>;
using AlertsRef = caf::typed_actor<caf::reacts_to<AlertsMoved>, caf::reacts_to<Begin>>;
using OwnerRef = caf::typed_actor<caf::reacts_to<TimerDue>, caf::reacts_to<NoticeMoved>, caf::reacts_to<OrderAtRest>,
                                  caf::reacts_to<Begin>>;

struct Peers {
  StoreRef store;
  PermitsRef breakers;
  CallsRef channels;
  TimersRef timers;
  NoticesRef notices;
  AccountsRef accounts;
  OwnerRef orders;
  LinksRef links;
  AlertsRef alerts{};
  BreakerViewsRef breaker_views{};
  std::shared_ptr<LinkDial> link_dial{};  ///< What goes to `links` at all.
};

/// What actors use that are no actors. Everything outlives the actor system.
struct Surroundings {
  Clock& clock;
  Dice& dice;
  kit::Timers& timers;
  Store& store;  ///< For reads; writes go through the store actor.
  Renderer& renderer;
  NoticeSender& notice_sender;
  Log& log;
  Meter& meter;
  CrashPoints& crash;
  Lease& lease;
};

/// Longest wait for a commit before its asker gives up and is restarted from the store.
inline constexpr Duration store_deadline = 20s;

}  // namespace tael
