-- The checks of a sign-in make its row larger than PostgreSQL keeps without compressing it, which takes longer than anything else
-- about writing it. Up to a page, a row is kept as it is.
ALTER TABLE "identity"."sign_ins" SET (toast_tuple_target = 8160);
