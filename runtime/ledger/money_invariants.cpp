// Invariants 1 to 5: what entries, balances, orders and refunds say about money must be one story.
//
// An entry's amount is what it debits. Its channel is the first part of its cause, `channel/number/kind`.
#include "runtime/ledger/invariants.hpp"

namespace tael {
namespace {

// Kinds that keep no balance (heat `internal`) are those that never had one nor anything on its way; the setting
// names more that must have one, when the chart of accounts is at hand.
const char* const balances = R"sql(
with booked as (
  select account, currency, sum(amount) as amount from tael.postings group by account, currency
), on_way as (
  select account, currency, sum(amount) as amount from tael.postings_due group by account, currency
), kept as (
  select id as account, currency, balance as amount from tael.accounts
), keeping as (
  select kind from tael.accounts
  union select split_part(account, ':', 1) from tael.postings_due
  union select unnest(string_to_array(current_setting('tael.kinds_with_balance', true), ','))
)
select account, currency, coalesce(kept.amount, 0) as balance, coalesce(on_way.amount, 0) as on_their_way,
       coalesce(booked.amount, 0) as entries
from booked full join on_way using (account, currency) full join kept using (account, currency)
where split_part(account, ':', 1) in (select kind from keeping)
  and coalesce(kept.amount, 0) + coalesce(on_way.amount, 0) <> coalesce(booked.amount, 0)
)sql";

const std::string channel_money = R"sql(
with ledger as (
  select split_part(e.cause, '/', 1) as channel, p.currency,
         coalesce(sum(p.amount) filter (where e.rule = 'payment'), 0) as paid,
         coalesce(sum(p.amount) filter (where e.rule = 'surplus_received'), 0) as surplus,
         coalesce(sum(p.amount) filter (where e.rule = 'refund'), 0) as refunded,
         coalesce(sum(p.amount) filter (where e.rule = 'surplus_refunded'), 0) as returned
  from tael.entries e join tael.postings p on p.shard = e.shard and p.entry = e.id
  where p.amount > 0
  group by 1, 2
), parts as (
  select split_part(path, '/', 1) as channel, currency, received_amount as received, 0::bigint as booked,
         0::bigint as refunded, case state when 'surplus' then received_amount else 0 end as suspense
  from tael.attempts where state in ('succeeded', 'surplus')
  union all
  select split_part(a.path, '/', 1), o.currency, 0, o.paid_amount - o.refunded_amount, 0, 0
  from tael.orders o join tael.attempts a on a.shard = o.shard and a.order_id = o.id and a.number = o.paid_by
  union all
  select split_part(path, '/', 1), currency, 0, 0, amount, case cause when 'requested' then 0 else -amount end
  from tael.refunds where state = 'refunded'
), by_rows as (
  select channel, currency, sum(received) as received, sum(booked) as booked, sum(refunded) as refunded,
         sum(suspense) as suspense
  from parts group by 1, 2
), figures as (
  select channel, currency, coalesce(paid + surplus, 0) as received, coalesce(paid - l.refunded, 0) as booked,
         coalesce(l.refunded + returned, 0) as refunded, coalesce(surplus - returned, 0) as suspense,
         coalesce(r.received, 0) as received_by_rows, coalesce(r.booked, 0) as booked_by_rows,
         coalesce(r.refunded, 0) as refunded_by_rows, coalesce(r.suspense, 0) as suspense_by_rows
  from ledger l full join by_rows r using (channel, currency)
)
select channel, currency, received, booked, refunded, suspense,
       received = booked + refunded + suspense and received = received_by_rows and booked = booked_by_rows
         and refunded = refunded_by_rows and suspense = suspense_by_rows as holds,
       received_by_rows, booked_by_rows, refunded_by_rows, suspense_by_rows
from figures
where (received, refunded, received_by_rows, booked_by_rows, refunded_by_rows) <> (0, 0, 0, 0, 0)
order by channel, currency
)sql";

std::string figures_that(const std::string& condition) {
  return "select * from (" + channel_money + ") figures where " + condition;
}

}  // namespace

const std::string& channel_money_sql() { return channel_money; }

std::vector<Invariant> money_invariants() {
  return {
      {1, "entries_balance", "every entry balances in every currency", R"sql(
select shard, entry, currency, sum(amount) as imbalance
from tael.postings group by shard, entry, currency having sum(amount) <> 0
)sql"},
      {1, "entries_are_whole", "every entry has at least two postings, and every posting an entry", R"sql(
select coalesce(e.shard, p.shard) as shard, coalesce(e.id, p.entry) as entry, coalesce(p.postings, 0) as postings,
       e.id is not null as entry_exists
from tael.entries e full join (select shard, entry, count(*) as postings from tael.postings group by shard, entry) p
  on p.shard = e.shard and p.entry = e.id
where e.id is null or coalesce(p.postings, 0) < 2
)sql"},
      {1, "trial_balance_is_zero", "debits and credits of all accounts are equal in every currency", R"sql(
select currency, sum(amount) as imbalance from tael.postings group by currency having sum(amount) <> 0
)sql"},
      {2, "balances_are_entries", "balance + postings on their way = sum of entries, for every account", balances},
      {2, "nothing_leaves_before_it_came", "no channel gives back more than it took, no suspense more than it holds",
       figures_that("booked < 0 or suspense < 0")},
      {3, "orders_are_paid_once", "an order is paid by exactly one attempt and one entry, and otherwise by none", R"sql(
select o.id as order_id, o.state, o.paid_by, coalesce(a.succeeded, 0) as succeeded, coalesce(e.payments, 0) as payments
from tael.orders o
left join (select shard, order_id, count(*) as succeeded, min(number) as number
           from tael.attempts where state = 'succeeded' group by shard, order_id) a
  on a.shard = o.shard and a.order_id = o.id
left join (select shard, order_id, count(*) as payments
           from tael.entries where rule = 'payment' group by shard, order_id) e
  on e.shard = o.shard and e.order_id = o.id
where coalesce(a.succeeded, 0) <> (o.state = 'paid')::int or coalesce(e.payments, 0) <> (o.state = 'paid')::int
   or (o.state = 'paid') <> (o.paid_amount > 0) or o.paid_by <> coalesce(a.number, '')
)sql"},
      {3, "surplus_goes_back_once", "every further success has exactly one refund, of all it brought", R"sql(
select a.order_id, a.number as attempt, a.state, a.received_amount, count(r.id) as refunds,
       coalesce(sum(r.amount), 0) as refund_amount
from tael.attempts a
left join tael.refunds r
  on r.shard = a.shard and r.order_id = a.order_id and r.attempt = a.number and r.cause <> 'requested'
where a.state = 'surplus' or r.id is not null
group by a.shard, a.order_id, a.no
having a.state <> 'surplus' or count(r.id) <> 1 or sum(r.amount) <> a.received_amount
)sql"},
      {4, "refunds_stay_within_payments", "refunded never exceeds paid, and is what the refunds add up to", R"sql(
select o.id as order_id, o.paid_amount, o.refunded_amount, o.refunding_amount,
       coalesce(r.refunded, 0) as refunds_done, coalesce(r.refunding, 0) as refunds_under_way
from tael.orders o
left join (select shard, order_id, sum(amount) filter (where state = 'refunded') as refunded,
                  sum(amount) filter (where state not in ('refunded', 'rejected')) as refunding
           from tael.refunds where cause = 'requested' group by shard, order_id) r
  on r.shard = o.shard and r.order_id = o.id
where o.refunded_amount + o.refunding_amount > o.paid_amount
   or o.refunded_amount <> coalesce(r.refunded, 0) or o.refunding_amount <> coalesce(r.refunding, 0)
)sql"},
      {4, "attempts_return_what_they_brought", "no attempt's refunds exceed what it received", R"sql(
select r.order_id, r.attempt, coalesce(a.received_amount, 0) as received, sum(r.amount) as going_back
from tael.refunds r
left join tael.attempts a on a.shard = r.shard and a.order_id = r.order_id and a.number = r.attempt
where r.state <> 'rejected'
group by r.shard, r.order_id, r.attempt, a.received_amount
having sum(r.amount) > coalesce(a.received_amount, 0)
)sql"},
      {4, "channel_money_is_booked_once",
       "each success and each refund of a channel causes exactly one entry, of its amount",
       R"sql(
with wanted as (
  select shard, split_part(path, '/', 1) || '/' || number || '/pay' as cause, received_amount as amount,
         case state when 'succeeded' then 'payment' else 'surplus_received' end as rule
  from tael.attempts where state in ('succeeded', 'surplus')
  union all
  select shard, split_part(path, '/', 1) || '/' || id || '/refund', amount,
         case cause when 'requested' then 'refund' else 'surplus_refunded' end
  from tael.refunds where state = 'refunded'
), booked as (
  select e.shard, e.cause, e.rule, sum(p.amount) as amount
  from tael.entries e left join tael.postings p on p.shard = e.shard and p.entry = e.id and p.amount > 0
  group by e.shard, e.id
)
select cause, w.rule, w.amount, b.rule as booked_by, b.amount as booked
from wanted w full join booked b using (shard, cause)
where (w.rule, w.amount) is distinct from (b.rule, b.amount)
)sql"},
      {4, "channel_transactions_are_unique", "no transaction of a channel paid two attempts or made two refunds", R"sql(
select split_part(path, '/', 1) as channel, channel_transaction, 'payment' as what, count(*) as times
from tael.attempts where state in ('succeeded', 'surplus') and channel_transaction <> ''
group by 1, 2 having count(*) > 1
union all
select split_part(path, '/', 1), channel_transaction, 'refund', count(*)
from tael.refunds where state = 'refunded' and channel_transaction <> ''
group by 1, 2 having count(*) > 1
)sql"},
      {4, "channel_transactions_are_registered",
       "what moved money under a transaction of its channel is whom the register has for it",
       R"sql(
with moved as (
  select split_part(path, '/', 1) as channel, 'payment' as kind, channel_transaction, number
  from tael.attempts where state in ('succeeded', 'surplus') and channel_transaction <> ''
  union all
  select split_part(path, '/', 1), 'refund', channel_transaction, id
  from tael.refunds where state = 'refunded' and channel_transaction <> ''
)
select channel, kind, channel_transaction, m.number as moved, r.number as registered
from moved m full join tael.channel_transactions r using (channel, kind, channel_transaction)
where m.number is distinct from r.number
)sql"},
      {5, "channel_money_is_accounted_for", "received = booked + refunded + suspense, by entries and by orders alike",
       figures_that("not holds")},
  };
}

}  // namespace tael
