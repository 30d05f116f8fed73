-- CreateTable
CREATE TABLE "identity"."rate_windows" (
    "environment_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "rate_windows_pkey" PRIMARY KEY ("environment_id","key")
);

-- AddForeignKey
ALTER TABLE "identity"."rate_windows" ADD CONSTRAINT "rate_windows_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."rate_windows" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."rate_windows" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."rate_windows" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
