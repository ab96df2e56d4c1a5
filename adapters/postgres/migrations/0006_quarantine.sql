-- What is known of a message that its adapter died of three times. It is held while an alert of kind message_quarantined about
-- `channel message` is unresolved: whoever resolves that lets it go. Of those held from before nothing else was written down.
create table tael.quarantine (
  shard smallint not null,
  channel text not null,
  message text not null,
  order_id text not null,
  error text not null,
  error_hash text not null,
  crashes integer not null check (crashes > 0),
  first_at timestamptz not null,
  last_at timestamptz not null check (last_at >= first_at),
  primary key (channel, message)
);

create index quarantine_order on tael.quarantine (order_id) where order_id <> '';

insert into tael.quarantine (shard, channel, message, order_id, error, error_hash, crashes, first_at, last_at)
select shard, split_part(ref, ' ', 1), substr(ref, strpos(ref, ' ') + 1), '', message, '', 3, at, last_at
from tael.alerts where kind = 'message_quarantined' and resolved_at is null and strpos(ref, ' ') > 1;
