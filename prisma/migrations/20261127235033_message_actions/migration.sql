-- CreateTable
CREATE TABLE "identity"."message_actions" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "caller_id" TEXT NOT NULL,
    "by_whom" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "message_actions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "message_actions_environment_id_message_id_id_idx" ON "identity"."message_actions"("environment_id", "message_id", "id");

-- CreateIndex
CREATE INDEX "message_actions_environment_id_id_idx" ON "identity"."message_actions"("environment_id", "id");

-- AddForeignKey
ALTER TABLE "identity"."message_actions" ADD CONSTRAINT "message_actions_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."message_actions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."message_actions" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."message_actions" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

-- Who read what is only ever added to.
REVOKE UPDATE, DELETE ON "identity"."message_actions" FROM sallyport_identity;
