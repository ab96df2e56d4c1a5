-- Breakers became a tree for each operation class, and their events show what they were judged by.
alter table tael.breakers drop constraint breakers_static_switch_check;
alter table tael.breakers add constraint breakers_static_switch_check
  check (static_switch in ('on', 'off', 'forced_open', 'forced_closed'));
alter table tael.breakers
  add column op text not null default 'pay' check (op in ('pay', 'refund', 'query', 'close', 'notify')),
  add column generation bigint not null default 0,
  add column reason text not null default '',
  add column total integer not null default 0,
  add column failures integer not null default 0,
  add column timeouts integer not null default 0,
  add column exceptions integer not null default 0,
  add column slow integer not null default 0,
  add column probes_admitted integer not null default 0,
  add column probes_allowed integer not null default 0,
  add column probes_asked integer not null default 0,
  add column probes_percent integer not null default 0,
  drop constraint breakers_pkey,
  add primary key (shard, path, op);

alter table tael.breaker_events
  add column op text not null default 'pay' check (op in ('pay', 'refund', 'query', 'close', 'notify')),
  add column generation bigint not null default 0,
  add column reason text not null default '',
  add column total integer not null default 0,
  add column failures integer not null default 0,
  add column timeouts integer not null default 0,
  add column exceptions integer not null default 0,
  add column slow integer not null default 0,
  add column probes_admitted integer not null default 0,
  add column probes_allowed integer not null default 0,
  add column probes_asked integer not null default 0,
  add column probes_percent integer not null default 0,
  drop constraint breaker_events_pkey,
  add primary key (shard, path, op, seq);
