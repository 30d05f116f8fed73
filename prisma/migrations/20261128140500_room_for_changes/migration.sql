-- A person of a directory is changed again and again, and hardly ever in a column that is indexed. Where the page has room for the new
-- row, PostgreSQL writes it there and leaves the table's seven indexes alone; in a full page it writes into each of them. A profile is
-- changed at every sign-in.
ALTER TABLE "identity"."directory_users" SET (fillfactor = 80);
ALTER TABLE "identity"."profiles" SET (fillfactor = 80);
