-- AlterTable
ALTER TABLE "console"."gateway_intakes" ADD COLUMN     "max_bytes" INTEGER NOT NULL DEFAULT 1000000;

-- AlterTable
ALTER TABLE "console"."gateways" ADD COLUMN     "carried_keys" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "console"."relay_endpoints" ADD COLUMN     "authorities" TEXT,
ADD COLUMN     "in_flight" INTEGER NOT NULL DEFAULT 16;

-- CreateTable
CREATE TABLE "console"."gateway_streams" (
    "id" TEXT NOT NULL,
    "gateway_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "previous_token_hash" TEXT,
    "previous_token_ends_at" TIMESTAMPTZ(3),
    "events" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "environment_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gateway_streams_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."gateway_folders" (
    "id" TEXT NOT NULL,
    "gateway_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "events" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "environment_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "files" INTEGER NOT NULL DEFAULT 10000,
    "paused_at" TIMESTAMPTZ(3),
    "paused_by_name" TEXT,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gateway_folders_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "gateway_streams_token_hash_key" ON "console"."gateway_streams"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "gateway_streams_previous_token_hash_key" ON "console"."gateway_streams"("previous_token_hash");

-- CreateIndex
CREATE INDEX "gateway_streams_gateway_id_idx" ON "console"."gateway_streams"("gateway_id");

-- CreateIndex
CREATE INDEX "gateway_streams_customer_id_idx" ON "console"."gateway_streams"("customer_id");

-- CreateIndex
CREATE INDEX "gateway_folders_customer_id_idx" ON "console"."gateway_folders"("customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "gateway_folders_gateway_id_path_key" ON "console"."gateway_folders"("gateway_id", "path");

-- AddForeignKey
ALTER TABLE "console"."gateway_streams" ADD CONSTRAINT "gateway_streams_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "console"."gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."gateway_folders" ADD CONSTRAINT "gateway_folders_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "console"."gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "console"."gateway_streams" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."gateway_streams" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."gateway_streams" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."gateway_folders" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."gateway_folders" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."gateway_folders" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));
