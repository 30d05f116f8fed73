-- CreateTable
CREATE TABLE "identity"."vault_keys" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "context_key" TEXT NOT NULL,
    "context" JSONB NOT NULL,
    "key_sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vault_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."vault_objects" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "version_id" TEXT NOT NULL,
    "data_key_sealed" TEXT NOT NULL,
    "value_sealed" TEXT NOT NULL,
    "updated_by_id" TEXT NOT NULL,
    "updated_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vault_objects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."vault_versions" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "etag" TEXT NOT NULL,
    "size_bytes" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vault_versions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "vault_keys_environment_id_context_key_key" ON "identity"."vault_keys"("environment_id", "context_key");

-- CreateIndex
CREATE INDEX "vault_objects_environment_id_id_idx" ON "identity"."vault_objects"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "vault_objects_environment_id_name_key" ON "identity"."vault_objects"("environment_id", "name");

-- CreateIndex
CREATE INDEX "vault_versions_object_id_id_idx" ON "identity"."vault_versions"("object_id", "id");

-- AddForeignKey
ALTER TABLE "identity"."vault_keys" ADD CONSTRAINT "vault_keys_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."vault_objects" ADD CONSTRAINT "vault_objects_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."vault_objects" ADD CONSTRAINT "vault_objects_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "identity"."vault_keys"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."vault_versions" ADD CONSTRAINT "vault_versions_object_id_fkey" FOREIGN KEY ("object_id") REFERENCES "identity"."vault_objects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."vault_keys" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."vault_keys" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."vault_keys" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."vault_objects" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."vault_objects" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."vault_objects" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."vault_versions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."vault_versions" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."vault_versions" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
