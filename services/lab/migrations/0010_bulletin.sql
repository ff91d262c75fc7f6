-- A bulletin counts a day of years: who was swabbed, in the order in which it is written anyway, and the tubes that are still on their way.
create index tube_members_swabbed_at_idx on tube_members using brin (swabbed_at) with (autosummarize = on);
create index tubes_waiting_idx on tubes (opened_at) where state in ('SEALED', 'SHIPPED', 'RECEIVED', 'IN_RUN');
