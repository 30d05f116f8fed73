-- CreateEnum
CREATE TYPE "console"."set_version_state" AS ENUM ('proposed', 'accepted', 'refused', 'withdrawn');

-- CreateEnum
CREATE TYPE "console"."set_intake" AS ENUM ('built_in', 'text', 'file', 'url', 'bundle');

-- CreateTable
CREATE TABLE "console"."address_sets" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "source_url" TEXT,
    "allows_private" BOOLEAN NOT NULL DEFAULT false,
    "description" TEXT NOT NULL DEFAULT '',
    "archived_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "address_sets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."address_set_versions" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT,
    "set_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "state" "console"."set_version_state" NOT NULL DEFAULT 'proposed',
    "cidrs" TEXT[],
    "intake" "console"."set_intake" NOT NULL,
    "source_name" TEXT NOT NULL DEFAULT '',
    "content_sha256" TEXT NOT NULL,
    "changed_on" DATE,
    "checked_on" DATE NOT NULL,
    "findings" JSONB NOT NULL DEFAULT '[]',
    "added_count" INTEGER NOT NULL DEFAULT 0,
    "removed_count" INTEGER NOT NULL DEFAULT 0,
    "proposed_by_id" TEXT,
    "proposed_by_name" TEXT NOT NULL DEFAULT '',
    "proposed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_by_id" TEXT,
    "decided_by_name" TEXT NOT NULL DEFAULT '',
    "decided_at" TIMESTAMPTZ(3),
    "decided_reason" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "address_set_versions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."deployment_address_sets" (
    "deployment_id" TEXT NOT NULL,
    "set_id" TEXT NOT NULL,
    "version_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deployment_address_sets_pkey" PRIMARY KEY ("deployment_id","set_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "address_sets_slug_key" ON "console"."address_sets"("slug");

-- CreateIndex
CREATE INDEX "address_sets_customer_id_idx" ON "console"."address_sets"("customer_id");

-- CreateIndex
CREATE INDEX "address_sets_name_idx" ON "console"."address_sets"("name");

-- CreateIndex
CREATE INDEX "address_set_versions_set_id_state_number_idx" ON "console"."address_set_versions"("set_id", "state", "number");

-- CreateIndex
CREATE UNIQUE INDEX "address_set_versions_set_id_number_key" ON "console"."address_set_versions"("set_id", "number");

-- CreateIndex
CREATE INDEX "deployment_address_sets_set_id_version_id_idx" ON "console"."deployment_address_sets"("set_id", "version_id");

-- CreateIndex
CREATE INDEX "deployment_address_sets_customer_id_idx" ON "console"."deployment_address_sets"("customer_id");

-- AddForeignKey
ALTER TABLE "console"."address_sets" ADD CONSTRAINT "address_sets_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."address_set_versions" ADD CONSTRAINT "address_set_versions_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "console"."address_sets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."deployment_address_sets" ADD CONSTRAINT "deployment_address_sets_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."deployment_address_sets" ADD CONSTRAINT "deployment_address_sets_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "console"."address_sets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."deployment_address_sets" ADD CONSTRAINT "deployment_address_sets_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "console"."address_set_versions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The vendor's sets are everybody's to read; only who sees every customer writes them.
ALTER TABLE "console"."address_sets" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."address_sets" FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON "console"."address_sets" FOR SELECT USING ("customer_id" IS NULL OR console.in_scope("customer_id"));
CREATE POLICY made ON "console"."address_sets" FOR INSERT WITH CHECK (console.in_scope("customer_id"));
CREATE POLICY changed ON "console"."address_sets" FOR UPDATE USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."address_set_versions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."address_set_versions" FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON "console"."address_set_versions" FOR SELECT USING ("customer_id" IS NULL OR console.in_scope("customer_id"));
CREATE POLICY made ON "console"."address_set_versions" FOR INSERT WITH CHECK (console.in_scope("customer_id"));
CREATE POLICY changed ON "console"."address_set_versions" FOR UPDATE USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."deployment_address_sets" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."deployment_address_sets" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."deployment_address_sets" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

-- What the product brings. A later product brings later versions, as proposals.
SELECT set_config('sallyport.customers', '*', true);

INSERT INTO "console"."address_sets" ("id", "slug", "name", "origin", "updated_at")
VALUES ('aset_01KB45Q0000000000CF0000001', 'cloudflare', 'Cloudflare', 'https://www.cloudflare.com/ips/', CURRENT_TIMESTAMP);
INSERT INTO "console"."address_set_versions" ("id", "set_id", "number", "state", "intake", "content_sha256", "changed_on", "checked_on", "added_count", "decided_at", "cidrs")
VALUES ('asetv_01KB45Q0000000000CF0000001', 'aset_01KB45Q0000000000CF0000001', 1, 'accepted', 'built_in', 'd89bc053e3ef30a0b3f8340068b73f8b1e4c0f1047248d29f22f10dfffffb177', '2021-04-08', '2026-09-30', 22, CURRENT_TIMESTAMP, ARRAY[
  '173.245.48.0/20',
  '103.21.244.0/22',
  '103.22.200.0/22',
  '103.31.4.0/22',
  '141.101.64.0/18',
  '108.162.192.0/18',
  '190.93.240.0/20',
  '188.114.96.0/20',
  '197.234.240.0/22',
  '198.41.128.0/17',
  '162.158.0.0/15',
  '104.16.0.0/13',
  '104.24.0.0/14',
  '172.64.0.0/13',
  '131.0.72.0/22',
  '2400:cb00::/32',
  '2606:4700::/32',
  '2803:f800::/32',
  '2405:b500::/32',
  '2405:8100::/32',
  '2a06:98c0::/29',
  '2c0f:f248::/32'
]);

INSERT INTO "console"."address_sets" ("id", "slug", "name", "origin", "updated_at")
VALUES ('aset_01KB45Q0000000000WS0000001', 'workos-senders', 'WorkOS senders', 'WorkOS''s documentation, IP addresses of webhooks, Actions and log streams', CURRENT_TIMESTAMP);
INSERT INTO "console"."address_set_versions" ("id", "set_id", "number", "state", "intake", "content_sha256", "changed_on", "checked_on", "added_count", "decided_at", "cidrs")
VALUES ('asetv_01KB45Q0000000000WS0000001', 'aset_01KB45Q0000000000WS0000001', 1, 'accepted', 'built_in', '9f107b1a0ba8362b202579b605b00576a4644f9e53701f54fb4f8da391044ffb', NULL, '2026-11-24', 9, CURRENT_TIMESTAMP, ARRAY[
  '3.217.146.166/32',
  '23.21.184.92/32',
  '34.204.154.149/32',
  '44.213.245.178/32',
  '44.215.236.82/32',
  '50.16.203.9/32',
  '52.1.251.34/32',
  '52.21.49.187/32',
  '174.129.36.47/32'
]);

-- Deployments whose rules name a set use the version that they were made with.
INSERT INTO "console"."deployment_address_sets" ("deployment_id", "customer_id", "set_id", "version_id")
SELECT DISTINCT r."deployment_id", r."customer_id", s."id", v."id"
FROM "console"."allowlist_rules" r
JOIN "console"."address_sets" s ON s."slug" = r."peer"
JOIN "console"."address_set_versions" v ON v."set_id" = s."id" AND v."number" = 1
WHERE r."peer_kind" = 'address_set';
