-- What a channel's host knows our messages by, when it knows them by trace numbers (ISO 8583): written before a message leaves,
-- so that it can be taken back after any crash.
create table tael.wire_terminals (
  channel text not null,
  terminal text not null,
  last_trace integer not null check (last_trace between 1 and 999999),
  primary key (channel, terminal)
);

create table tael.wire_traces (
  channel text not null,
  number text not null,
  terminal text not null,
  trace integer not null check (trace between 1 and 999999),
  sent_at timestamptz not null,
  machine text not null,
  amount bigint not null,
  currency text not null,
  state text not null check (state in ('open', 'unsent', 'approved', 'declined', 'undone', 'closed')),
  code text not null default '',
  transaction text not null default '',
  primary key (channel, number)
);
