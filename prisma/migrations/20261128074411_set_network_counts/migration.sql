-- AlterTable
ALTER TABLE "console"."address_set_versions" ADD COLUMN     "network_count" INTEGER NOT NULL DEFAULT 0;

SELECT set_config('sallyport.customers', '*', true);
UPDATE "console"."address_set_versions" SET "network_count" = cardinality("cidrs");

-- Where the networks of the set that Cloudflare publishes can be read.
UPDATE "console"."address_sets" SET "source_url" = 'https://api.cloudflare.com/client/v4/ips' WHERE "slug" = 'cloudflare';
