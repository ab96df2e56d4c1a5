-- An alert has a life: what is raised again while unresolved is the same alert. What was raised before is gathered under the
-- one of its kind and ref that somebody had taken on, or the oldest; nobody is told of it any more.
alter table tael.alerts
  add column channel text not null default '',
  add column count bigint not null default 1 check (count > 0),
  add column last_at timestamptz,
  add column owner text not null default '',
  add column told integer not null default 0,
  add column told_at timestamptz,
  add column next_at timestamptz,
  add column acknowledged_by text not null default '',
  add column acknowledged_note text not null default '',
  add column acknowledged_at timestamptz,
  add column resolved_by text not null default '',
  add column resolved_note text not null default '',
  add column resolved_at timestamptz,
  add column version bigint not null default 1;

update tael.alerts a
set acknowledged_by = coalesce(j.body::json ->> 'actor', ''), acknowledged_note = coalesce(j.body::json ->> 'reason', ''),
    acknowledged_at = j.at
from tael.journal j
where j.shard = a.shard and j.entity = 'alert:' || a.shard || ':' || a.id and j.kind = 'alert_acknowledged';

update tael.alerts a
set count = g.count, last_at = g.last_at, at = g.first_at
from (select (array_agg(id order by acknowledged_at nulls last, id))[1] as kept, count(*) as count, min(at) as first_at,
             max(at) as last_at
      from tael.alerts group by kind, ref) g
where a.id = g.kept;

delete from tael.alerts where last_at is null;
alter table tael.alerts alter column last_at set not null;

create unique index alerts_open on tael.alerts (kind, ref) where resolved_at is null;
create index alerts_ref on tael.alerts (kind, ref, told_at);
create index alerts_due on tael.alerts (next_at) where next_at is not null;
create unique index alerts_id on tael.alerts (id);

-- What was told of it, to whom, by which way. Like a notice: due until delivered, or parked.
create table tael.alert_messages (
  shard smallint not null,
  alert bigint not null,
  no integer not null check (no > 0),
  way text not null check (way in ('email', 'webhook')),
  news text not null check (news in ('raised', 'reminder', 'resolved')),
  recipient text not null,
  subject text not null,
  body text not null,
  at timestamptz not null,
  state text not null check (state in ('due', 'delivered', 'parked')),
  tries integer not null,
  next_at timestamptz,
  last_error text not null,
  primary key (shard, alert, no, way)
) with (fillfactor = 50);

create index alert_messages_due on tael.alert_messages (next_at) where state = 'due';
