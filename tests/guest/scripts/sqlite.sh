#!/bin/sh
# SPDX-License-Identifier: MIT
# needs: sqlite3
set -e
sqlite3 a.db 'pragma journal_mode=wal; create table t(a integer primary key, b)'
for i in 1 2 3 4; do
	sqlite3 -cmd '.timeout 20000' a.db "with recursive n(i) as (select 1 union all select i + 1 from n where i < 500)
		insert into t(b) select 'row ' || (i * $i) from n" &
done
wait
sqlite3 a.db 'select count(*), sum(length(b)) from t; vacuum; pragma integrity_check'
sqlite3 a.db .dump | grep -c INSERT
sqlite3 b.db <<'END'
create table u(x);
begin; insert into u values(randomblob(100000)); rollback;
insert into u select 7 from (values(1),(2),(3));
.shell echo from the shell
.system exit 3
select sum(x), nonsense from u;
select sum(x) from u;
END
