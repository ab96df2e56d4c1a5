-- Everything that became true, in one schema. Times and ids come from the node; nothing here asks the clock.
--   * Keys begin with the shard. Exceptions say why.
--   * Updated tables have fillfactor 50 and no index on a column that changes, so that updates stay on their page (HOT).
--   * What must never be is forbidden here as well as in the core.

create function tael.expect_rows(what text, got bigint, expected bigint) returns void language plpgsql as $$
begin
  if got <> expected then
    raise exception '%: % of % rows were as expected', what, got, expected using errcode = 'TA001';
  end if;
end $$;

create function tael.expect_lease(got bigint, expected bigint) returns void language plpgsql as $$
begin
  if got <> expected then
    raise exception 'this node owns % of % shards at its epoch', got, expected using errcode = 'TA002';
  end if;
end $$;

create function tael.expect_batch(got bigint) returns void language plpgsql as $$
begin
  if got <> 1 then
    raise exception 'another batch has taken this one''s place' using errcode = 'TA003';
  end if;
end $$;

create function tael.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '23000';
end $$;

-- Ownership ------------------------------------------------------------------------------------------------------

create table tael.shard_lease (
  shard smallint primary key,
  owner text not null,
  epoch bigint not null,
  granted_at timestamptz not null
) with (fillfactor = 50);

create table tael.shard_epoch_log (
  shard smallint not null,
  epoch bigint not null,
  owner text not null,
  granted_at timestamptz not null,
  primary key (shard, epoch)
);

-- The last batch of each writer. It answers whether a COMMIT that died on its way took place, and it stops one that
-- was given up from taking place later: a batch commits only on top of the batch before it.
create table tael.writers (
  writer text primary key,
  batch bigint not null
) with (fillfactor = 50);

-- What happened --------------------------------------------------------------------------------------------------

create table tael.journal (
  shard smallint not null,
  entity text not null,
  version bigint not null check (version > 0),
  kind text not null,
  body text not null,
  cause text not null,
  business text not null,
  order_type text not null,
  scene text not null,
  institution text not null,
  at timestamptz not null,
  epoch bigint not null,
  primary key (shard, entity, version)
);

create view tael.journal_json as
  select shard, entity, version, kind, body::jsonb as body, cause, business, order_type, scene, institution,
         to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, epoch
  from tael.journal;

-- What is --------------------------------------------------------------------------------------------------------

create table tael.orders (
  shard smallint not null,
  id text not null,
  business text not null,
  order_type text not null,
  scene text not null,
  institution text not null,
  order_no text not null,
  body_hash text not null,
  amount bigint not null check (amount between 1 and 999999999999999),
  currency text not null check (length(currency) = 3),
  subject text not null,
  notify_url text not null,
  cancel_url text not null,
  payer text not null,
  legs text not null,
  detail text not null,
  fee_bps bigint not null check (fee_bps between 0 and 10000),
  created_at timestamptz not null,
  expires_at timestamptz,
  state text not null check (state in ('created', 'paying', 'closing', 'paid', 'closed')),
  paid_amount bigint not null check (paid_amount in (0, amount)),
  refunding_amount bigint not null check (refunding_amount >= 0),
  refunded_amount bigint not null check (refunded_amount >= 0),
  paid_by text not null,
  close_reason text not null,
  close_tries integer not null,
  paid_at timestamptz,
  closed_at timestamptz,
  close_at timestamptz,
  poisoned boolean not null,
  notices integer not null,
  version bigint not null check (version > 0),
  primary key (shard, id),
  constraint orders_order_no unique (business, order_no),
  constraint orders_refunds check (refunded_amount + refunding_amount <= paid_amount),
  constraint orders_paid check (state <> 'paid' or paid_amount = amount)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

create table tael.attempts (
  shard smallint not null,
  order_id text not null,
  no integer not null check (no > 0),
  number text not null,
  business text not null,
  order_type text not null,
  scene text not null,
  institution text not null,
  path text not null,
  amount bigint not null check (amount between 1 and 999999999999999),
  currency text not null check (length(currency) = 3),
  request_key text not null,
  state text not null check (state in ('sent', 'pending', 'in_doubt', 'succeeded', 'declined', 'not_sent', 'closed',
                                       'surplus')),
  received_amount bigint not null check (received_amount between 0 and 999999999999999),
  channel_transaction text not null,
  code text not null,
  voucher_kind text not null check (voucher_kind in ('qr', 'redirect', 'params', 'none')),
  voucher_value text not null,
  inquiries integer not null,
  inquire_at timestamptz,
  sent_at timestamptz,
  finished_at timestamptz,
  primary key (shard, order_id, no)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

create table tael.refunds (
  shard smallint not null,
  order_id text not null,
  no integer not null check (no > 0),
  id text not null,
  business text not null,
  order_type text not null,
  scene text not null,
  institution text not null,
  refund_no text not null,
  attempt text not null,
  path text not null,
  amount bigint not null check (amount between 1 and 999999999999999),
  currency text not null check (length(currency) = 3),
  reason text not null,
  cause text not null check (cause in ('requested', 'duplicate', 'late', 'mismatch')),
  created_at timestamptz,
  state text not null check (state in ('requested', 'sent', 'in_doubt', 'refunded', 'rejected', 'parked')),
  code text not null,
  channel_transaction text not null,
  tries integer not null,
  next_at timestamptz,
  finished_at timestamptz,
  primary key (shard, order_id, no),
  constraint refunds_refund_no unique (shard, order_id, refund_no)
) with (fillfactor = 50);

create table tael.notices (
  shard smallint not null,
  order_id text not null,
  id text not null,
  business text not null,
  order_type text not null,
  scene text not null,
  institution text not null,
  type text not null,
  url text not null,
  body text not null,
  created_at timestamptz,
  state text not null check (state in ('due', 'delivered', 'parked')),
  tries integer not null,
  next_at timestamptz,
  last_error text not null,
  version bigint not null check (version > 0),
  primary key (shard, order_id, id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

create table tael.timers (
  shard smallint not null,
  due_at timestamptz not null,
  kind text not null check (kind in ('order_close', 'attempt_inquiry', 'refund_try', 'notice_try')),
  ref text not null,
  primary key (shard, due_at, kind, ref)
) with (autovacuum_vacuum_scale_factor = 0.02);

-- A repeated request may name another order, hence another shard, so the key that must be unique has no shard.
create table tael.idempotency_keys (
  business text not null,
  route text not null,
  key text not null,
  shard smallint not null,
  body_hash text not null,
  order_id text not null,
  status integer not null,
  answer text not null,
  at timestamptz not null,
  primary key (business, route, key)
) with (fillfactor = 50);

-- Money ----------------------------------------------------------------------------------------------------------

create table tael.entries (
  shard smallint not null,
  id text not null,
  cause text not null,
  rule text not null,
  order_id text not null,
  business text not null,
  order_type text not null,
  scene text not null,
  institution text not null,
  at timestamptz not null,
  primary key (shard, id),
  constraint entries_cause unique (cause)
);

create table tael.postings (
  shard smallint not null,
  entry text not null,
  no integer not null,
  account text not null,
  amount bigint not null check (amount <> 0 and amount between -999999999999999 and 999999999999999),
  currency text not null check (length(currency) = 3),
  primary key (shard, entry, no)
);

-- All postings of an entry are inserted by one statement, so one look at what was added proves the balance.
create function tael.refuse_unbalanced() returns trigger language plpgsql as $$
declare
  unbalanced text;
begin
  select min(entry) into unbalanced
  from (select entry from added group by shard, entry, currency having sum(amount) <> 0) entries;
  if unbalanced is not null then
    raise exception 'entry % does not balance', unbalanced
      using errcode = '23514', constraint = 'postings_balance', table = 'postings';
  end if;
  return null;
end $$;

create trigger postings_balance after insert on tael.postings referencing new table as added
  for each statement execute function tael.refuse_unbalanced();

-- Postings on their way: `balance + postings on their way = sum of entries` at every instant.
create table tael.postings_due (
  shard smallint not null,
  account text not null,
  entry text not null,
  no integer not null,
  amount bigint not null,
  currency text not null,
  written bigint generated always as identity,
  primary key (shard, account, entry, no)
) with (autovacuum_vacuum_scale_factor = 0.02);

create table tael.accounts (
  shard smallint not null,
  id text not null,
  kind text not null,
  currency text not null check (length(currency) = 3),
  balance bigint not null,
  version bigint not null check (version > 0),
  at timestamptz not null,
  primary key (shard, id),
  constraint accounts_id unique (id)
) with (fillfactor = 50);

-- What was said, and what people should know -----------------------------------------------------------------------

create table tael.exchanges (
  shard smallint not null,
  order_id text not null,
  id bigint generated always as identity,
  number text not null,
  channel text not null,
  direction text not null check (direction in ('out', 'in')),
  op text not null,
  request text not null,
  response text not null,
  outcome text not null,
  status integer not null,
  started_at timestamptz not null,
  took_ms bigint not null,
  primary key (shard, order_id, id)
);

create table tael.alerts (
  shard smallint not null,
  id bigint generated always as identity,
  kind text not null,
  ref text not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  message text not null,
  business text not null,
  order_type text not null,
  scene text not null,
  institution text not null,
  at timestamptz not null,
  primary key (shard, id)
);

create table tael.breakers (
  shard smallint not null,
  path text not null,
  static_switch text not null check (static_switch in ('on', 'off', 'forced_open')),
  state text not null check (state in ('closed', 'open', 'half_open')),
  seq bigint not null check (seq > 0),
  until timestamptz,
  from_state text not null,
  cause text not null,
  actor text not null,
  at timestamptz not null,
  primary key (shard, path)
) with (fillfactor = 50);

create table tael.breaker_events (
  shard smallint not null,
  path text not null,
  seq bigint not null check (seq > 0),
  static_switch text not null,
  from_state text not null,
  state text not null,
  until timestamptz,
  cause text not null,
  actor text not null,
  at timestamptz not null,
  primary key (shard, path, seq)
);

create trigger journal_append_only before update or delete or truncate on tael.journal
  for each statement execute function tael.refuse_change();
create trigger entries_append_only before update or delete or truncate on tael.entries
  for each statement execute function tael.refuse_change();
create trigger postings_append_only before update or delete or truncate on tael.postings
  for each statement execute function tael.refuse_change();
create trigger breaker_events_append_only before update or delete or truncate on tael.breaker_events
  for each statement execute function tael.refuse_change();

-- Whoever reads. Roles belong to the whole cluster, so it may exist already or be made by a neighbour just now.
do $$
begin
  if not exists (select from pg_roles where rolname = 'tael_reader') then
    create role tael_reader nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
end $$;
grant usage on schema tael to tael_reader;
grant select on all tables in schema tael to tael_reader;
alter default privileges in schema tael grant select on tables to tael_reader;
