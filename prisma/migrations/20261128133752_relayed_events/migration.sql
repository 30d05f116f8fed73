-- CreateTable
CREATE TABLE "identity"."event_relays" (
    "environment_id" TEXT NOT NULL,
    "secret_sealed" TEXT NOT NULL,
    "previous_secret_sealed" TEXT,
    "previous_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_relays_pkey" PRIMARY KEY ("environment_id")
);

-- AddForeignKey
ALTER TABLE "identity"."event_relays" ADD CONSTRAINT "event_relays_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."event_relays" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."event_relays" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."event_relays" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
