-- What a silent link fell from, so that whoever starts after a restart knows when its payers complete again. Zero: not known.
alter table tael.alerts
  add column usual integer not null default 0 check (usual between 0 and 1000);
