-- Whose money a channel's transaction moved: one transaction is one attempt's or one refund's, in whichever order and
-- shard. So the key that must be unique has no shard; a database holds it for the shards that live in it.
create table tael.channel_transactions (
  channel text not null,
  kind text not null check (kind in ('payment', 'refund')),
  channel_transaction text not null check (channel_transaction <> ''),
  shard smallint not null,
  number text not null,
  primary key (channel, kind, channel_transaction)
);

create trigger channel_transactions_append_only before update or delete or truncate on tael.channel_transactions
  for each statement execute function tael.refuse_change();

-- What moved before. Where two claim one, the first to end has it; `tael ledger check` tells of the other.
insert into tael.channel_transactions (channel, kind, channel_transaction, shard, number)
select channel, kind, channel_transaction, shard, number from (
  select split_part(path, '/', 1) as channel, 'payment' as kind, channel_transaction, shard, number, finished_at
  from tael.attempts where state in ('succeeded', 'surplus') and channel_transaction <> ''
  union all
  select split_part(path, '/', 1), 'refund', channel_transaction, shard, id, finished_at
  from tael.refunds where state = 'refunded' and channel_transaction <> ''
) moved
order by finished_at nulls last, number
on conflict do nothing;

-- When money moved, by the channel's clock where it told a time that can be; `heard_at` and `finished_at` are ours.
alter table tael.orders add column heard_at timestamptz;
update tael.orders set heard_at = paid_at where paid_at is not null;
alter table tael.attempts add column paid_at timestamptz;
update tael.attempts set paid_at = finished_at where state in ('succeeded', 'surplus');
alter table tael.refunds add column refunded_at timestamptz;
update tael.refunds set refunded_at = finished_at where state = 'refunded';
