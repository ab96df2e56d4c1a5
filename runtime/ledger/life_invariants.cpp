// Invariants 6 to 11: what happened, what is, and what is still to happen must be one story.
#include "runtime/ledger/invariants.hpp"

namespace tael {
namespace {

// Every move of an order, an attempt, a refund or a notice, as the journal tells it. `part` names the attempt or
// the refund within its order. An attempt that is sent is also a move of its order.
const std::string moves = R"sql(
with moves as (
  select shard, entity, ''::text as part, version, kind from tael.journal
  where kind in ('order_created', 'order_closing', 'close_tried', 'order_paid', 'order_closed', 'attempt_sent',
                 'notice_failed', 'notice_delivered', 'notice_parked', 'notice_due')
  union all
  select shard, entity, body::json ->> 'number', version, kind from tael.journal
  where kind in ('attempt_sent', 'attempt_pending', 'attempt_in_doubt', 'attempt_succeeded', 'attempt_declined',
                 'attempt_not_sent', 'attempt_closed', 'attempt_surplus')
  union all
  select shard, entity, body::json ->> 'refund', version, kind from tael.journal
  where kind in ('refund_requested', 'refund_sent', 'refund_in_doubt', 'refund_refunded', 'refund_rejected',
                 'refund_parked')
)
)sql";

const std::string terminal_states = moves + R"sql(
select entity, nullif(part, '') as part, version, before, kind as moved_to
from (select *, lag(kind) over (partition by shard, entity, part order by version) as before from moves) lives
where before in ('order_paid', 'order_closed', 'attempt_succeeded', 'attempt_surplus', 'refund_refunded',
                 'refund_rejected', 'notice_delivered')
)sql";

const std::string states = moves + R"sql(
, last as (
  select distinct on (shard, entity, part) shard, entity, part, kind from moves
  order by shard, entity, part, version desc
), rows as (
  select shard, id as entity, ''::text as part, 'order_' || state as kind from tael.orders
  union all select shard, order_id, number, 'attempt_' || state from tael.attempts
  union all select shard, order_id, id, 'refund_' || state from tael.refunds
  union all select shard, id, '', 'notice_' || state from tael.notices
)
select entity, nullif(part, '') as part, r.kind as row_says, l.kind as journal_says
from rows r left join last l using (shard, entity, part)
where case
  -- Created, paying and closing follow from attempts; a notice that is due may not have been tried yet.
  when r.kind in ('order_created', 'order_paying', 'order_closing') then l.kind in ('order_paid', 'order_closed')
  when r.kind = 'notice_due' then l.kind = 'notice_delivered'
  else l.kind is distinct from r.kind end
)sql";

const std::string timers = R"sql(
with wanted as (
  select shard, 'order_close' as kind, id as ref, close_at as due_at from tael.orders
  union all select shard, 'attempt_inquiry', number, inquire_at from tael.attempts
  union all select shard, 'refund_try', id, next_at from tael.refunds
  union all select shard, 'notice_try', id, next_at from tael.notices
)
select kind, ref, w.due_at is not null as follows_from_state, t.shard is not null as armed,
       to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as due_at
from (select * from wanted where due_at is not null) w full join tael.timers t using (shard, kind, ref, due_at)
where w.shard is null or t.shard is null
)sql";

// Nobody knows here what time it is, but the node that wrote the newest row knew. What was due before it began, it had
// to hear when it began. A switch or a breaker holds up what is on its path, a business its own notices.
const std::string late = R"sql(
select t.kind, t.ref, coalesce(a.path, r.path) as path,
       to_char(t.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as due_at,
       to_char(newest at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as unheard_at
from tael.timers t join tael.shard_lease l using (shard)
  cross join (select max(at) as newest from tael.journal) j
  left join tael.attempts a on a.shard = t.shard and a.number = t.ref
  left join tael.refunds r on r.shard = t.shard and r.id = t.ref
  left join tael.orders o on o.shard = t.shard and o.id = coalesce(a.order_id, r.order_id, t.ref)
where t.kind <> 'notice_try' and greatest(t.due_at, l.granted_at) + interval '15 minutes' < newest
  and not coalesce(o.poisoned, false)
  and not exists (select from tael.breakers b where starts_with(coalesce(a.path, r.path) || '/', b.path || '/')
                    and (b.static_switch <> 'on' or b.state <> 'closed'))
)sql";

const std::string ways_out = R"sql(
select id as ref, 'order_' || state as state, 'no close timer' as missing
from tael.orders where state in ('created', 'paying', 'closing') and not poisoned and close_at is null
union all
select id, 'order_' || state, 'alert order_parked' from tael.orders o
where poisoned and not exists (select from tael.alerts a where a.shard = o.shard and a.kind = 'order_parked' and a.ref = o.id)
union all
select number, 'attempt_in_doubt', 'inquiry timer or alert attempt_in_doubt' from tael.attempts t
where state = 'in_doubt' and inquire_at is null and not exists (
  select from tael.alerts a where a.shard = t.shard and a.kind = 'attempt_in_doubt' and a.ref = t.number)
union all
select id, 'refund_' || state, 'refund timer' from tael.refunds
where state in ('requested', 'sent', 'in_doubt') and next_at is null
union all
select id, 'refund_' || state, case state when 'parked' then 'alert refund_parked' else 'alert surplus_stuck' end
from tael.refunds r
where (state = 'parked' or (state = 'rejected' and cause <> 'requested')) and not exists (
  select from tael.alerts a where a.shard = r.shard and a.ref = r.id
    and a.kind = case r.state when 'parked' then 'refund_parked' else 'surplus_stuck' end)
)sql";

const std::string told = R"sql(
with wanted as (
  select shard, id as order_id, 'order.' || state as type, 1 as times from tael.orders
  where (state = 'paid' and notify_url <> '') or (state = 'closed' and notify_url || cancel_url <> '')
  union all
  select r.shard, r.order_id, case r.state when 'refunded' then 'refund.succeeded' else 'refund.failed' end, count(*)
  from tael.refunds r join tael.orders o on o.shard = r.shard and o.id = r.order_id and o.notify_url <> ''
  where r.cause = 'requested' and r.state in ('refunded', 'rejected')
  group by 1, 2, 3
), made as (
  select shard, order_id, type, count(*) as times from tael.notices
  where type in ('order.paid', 'order.closed', 'refund.succeeded', 'refund.failed')
  group by 1, 2, 3
)
select order_id, type, coalesce(w.times, 0) as wanted, coalesce(m.times, 0) as notices
from wanted w full join made m using (shard, order_id, type)
where w.times is distinct from m.times
)sql";

const std::string notices_end = R"sql(
select n.id as notice, n.order_id, n.state,
       case n.state when 'due' then 'next try' else 'alert notice_parked' end as missing
from tael.notices n
where (n.state = 'due' and n.next_at is null)
   or (n.state = 'parked' and not exists (
     select from tael.alerts a where a.shard = n.shard and a.kind = 'notice_parked' and a.ref = n.id))
)sql";

const std::string breaker_moves = R"sql(
with moves as (
  select shard, path, op, seq, static_switch, from_state, state, cause, row_number() over life as no,
         lag(state) over life as before
  from tael.breaker_events window life as (partition by shard, path, op order by seq)
), judged as (
  select *, case static_switch when 'on' then state when 'forced_closed' then 'closed' else 'open' end as must_show,
         starts_with(cause, 'override_') or cause in ('supervisor', 'config', 'eject_denied')
           or (from_state, state) in (('closed', 'open'), ('open', 'half_open'), ('half_open', 'open'),
                                      ('half_open', 'closed')) as lawful
  from moves
)
select path, op, seq, from_state, state, static_switch, cause,
       case when seq <> no then 'a move is missing before it'
            when from_state <> coalesce(before, 'closed') then 'it does not start where the last one ended'
            when state <> must_show then 'the switch says otherwise'
            else 'no breaker moves so' end as why
from judged
where seq <> no or from_state <> coalesce(before, 'closed') or state <> must_show or not lawful
)sql";

// Chance decides which calls are probes, so the share has the room that chance takes; the number has none.
const std::string probes_are_bounded = R"sql(
select path, op, seq, probes_admitted, probes_allowed, probes_asked, probes_percent,
       case when probes_admitted > probes_allowed then 'more calls were let through half open than there are probes'
            else 'a larger share was let through half open than its stages allow' end as why
from tael.breaker_events
where from_state = 'half_open' and probes_allowed > 0 and (
  probes_admitted > probes_allowed
  or probes_admitted > 3 + probes_asked * probes_percent / 100.0 + 6 * sqrt(probes_asked * probes_percent / 100.0 + 1))
)sql";

// A call may leave on a permit that was lent before the switch; half a minute is longer than a permit and the
// store's patience together.
const std::string off_is_off = R"sql(
with shut as (
  select path, seq, static_switch, at, least(until, lead(at) over (partition by path order by seq)) as ended_at
  from tael.breaker_events where op = 'pay'
)
select a.order_id, a.number as attempt, a.path, s.path as switched, s.static_switch, s.seq as switched_by,
       to_char(a.sent_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as sent_at
from shut s join tael.attempts a
  on starts_with(a.path || '/', s.path || '/') and a.sent_at > s.at + interval '30 seconds'
     and (s.ended_at is null or a.sent_at < s.ended_at)
where s.static_switch in ('off', 'forced_open')
)sql";

const std::string owners = R"sql(
select j.shard, j.epoch, 'the journal has rows of an epoch that nobody was granted' as why
from (select distinct shard, epoch from tael.journal) j left join tael.shard_epoch_log l using (shard, epoch)
where l.shard is null
union all
select distinct shard, epoch, 'rows were written after a later owner had begun: ' || entity
from (select shard, entity, epoch, lag(epoch) over (partition by shard, entity order by version) as before
      from tael.journal) writes
where epoch < before
union all
select s.shard, s.epoch, 'the lease is not the newest grant'
from tael.shard_lease s left join tael.shard_epoch_log l using (shard, epoch)
where l.owner is distinct from s.owner or s.epoch <> (select max(epoch) from tael.shard_epoch_log x where x.shard = s.shard)
)sql";

}  // namespace

std::vector<Invariant> life_invariants() {
  return {
      {6, "terminal_states_never_change", "nothing moves an order, attempt, refund or notice after its end",
       terminal_states},
      {6, "rows_follow_the_journal", "every state is the one that the journal's last move led to", states},
      {6, "versions_have_no_gap", "an entity's versions count up from its first without a gap", R"sql(
select shard, entity, min(version) as first, max(version) as last, count(*) as events
from tael.journal group by shard, entity
having count(*) <> max(version) - min(version) + 1
    or min(version) <> case when starts_with(entity, 'msg_') then 2 else 1 end  -- A notice is born with its order's event.
)sql"},
      {6, "versions_match_rows", "every row is as new as the journal, and no entity is without its row", R"sql(
with events as (  -- What operators asked is in the journal alone. Alerts that were gathered under one have left their rows.
  select shard, entity, max(version) as version from tael.journal j
  where not starts_with(entity, 'operator:')
    and (not starts_with(entity, 'alert:') or exists (
      select from tael.alerts a where a.shard = j.shard and 'alert:' || a.shard || ':' || a.id = j.entity))
  group by shard, entity
),
rows as (
  select shard, id as entity, version from tael.orders
  union all select shard, id, version from tael.accounts
  union all select shard, id, version from tael.notices where version > 1
  union all select shard, 'breaker:' || case op when 'pay' then '' else op || ':' end || path, seq from tael.breakers
  union all select shard, 'alert:' || shard || ':' || id, deeds from (
    select shard, id, (acknowledged_at is not null)::int + (resolved_at is not null and resolved_by <> 'tael')::int as deeds
    from tael.alerts) handled where deeds > 0
)
select entity, r.version as row_version, e.version as journal_version
from events e full join rows r using (shard, entity)
where e.version is distinct from r.version
)sql"},
      {7, "answers_are_kept", "every Idempotency-Key leads to an order of its business, and a given answer is whole",
       R"sql(
select k.business, k.route, k.key, k.order_id, k.status, o.id is not null as order_exists
from tael.idempotency_keys k left join tael.orders o on o.shard = k.shard and o.id = k.order_id
where o.id is null or o.business <> k.business or (k.status <> 0 and k.answer = '')
)sql"},
      {7, "requests_have_one_effect", "one Idempotency-Key makes at most one attempt of an order", R"sql(
select order_id, request_key, count(*) as attempts from tael.attempts
where request_key <> '' group by shard, order_id, request_key having count(*) > 1
)sql"},
      {8, "everything_open_has_a_way_out", "what has no end yet has a timer that leads there, or an alert for a person",
       ways_out},
      {8, "finished_orders_are_told", "every end of an order or a refund made exactly one notice", told},
      {8, "notices_come_to_an_end", "every notice is delivered, has a next try, or is parked with an alert",
       notices_end},
      {9, "breakers_move_lawfully", "breakers move by their table, from where they were, and count every move",
       breaker_moves},
      {9, "probes_are_bounded", "half open lets through no more calls, and no larger a share, than its stages allow",
       probes_are_bounded},
      {9, "off_means_off", "no attempt is sent on a path that is switched off", off_is_off},
      {10, "owners_follow_each_other", "every row was written in a granted epoch, and none after a later owner's",
       owners},
      {11, "timers_follow_from_state", "exactly the timers are armed that states ask for", timers},
      {11, "nothing_due_stays_unheard", "no timer is late by minutes while its path is open and the node writes", late},
  };
}

}  // namespace tael
