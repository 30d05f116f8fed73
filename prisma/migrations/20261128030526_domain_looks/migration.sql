-- CreateTable
CREATE TABLE "identity"."organization_domain_looks" (
    "domain_id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "looked_at" TIMESTAMPTZ(3) NOT NULL,
    "resolvers" TEXT[],
    "names" JSONB NOT NULL,

    CONSTRAINT "organization_domain_looks_pkey" PRIMARY KEY ("domain_id")
);

-- AddForeignKey
ALTER TABLE "identity"."organization_domain_looks" ADD CONSTRAINT "organization_domain_looks_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "identity"."organization_domains"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."organization_domain_looks" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."organization_domain_looks" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."organization_domain_looks" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
