import "server-only";
import { newestVersion, PACKS } from "#lib/allowlist/packs/index.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";

/** The newest version of every pack, as rows. */
function newestPacks(): Prisma.Sql {
  const rows = PACKS.map(
    (pack) => Prisma.sql`(${pack.id}, ${pack.name}, ${newestVersion(pack).number}::int)`,
  );
  return Prisma.sql`(VALUES ${Prisma.join(rows)}) AS newest (id, name, number)`;
}

/**
 * One row for each deployment and each thing of which it uses an older version than the newest that was accepted:
 * `deployment_id, customer_id, subject, subject_id, subject_name, installed, wanted, wanted_id`. Archived deployments
 * are not told: nobody changes them.
 */
export function behindSql(): Prisma.Sql {
  return Prisma.sql`
    SELECT pin.deployment_id, pin.customer_id, 'address_set' AS subject, s.slug AS subject_id, s.name AS subject_name,
      used.number AS installed, newest.number AS wanted, newest.id AS wanted_id
    FROM console.deployment_address_sets pin
    JOIN console.address_sets s ON s.id = pin.set_id
    JOIN console.address_set_versions used ON used.id = pin.version_id
    JOIN (
      SELECT DISTINCT ON (set_id) set_id, id, number FROM console.address_set_versions
      WHERE state = 'accepted' ORDER BY set_id, number DESC
    ) newest ON newest.set_id = pin.set_id AND newest.number > used.number
    WHERE s.archived_at IS NULL
    UNION ALL
    SELECT has.deployment_id, has.customer_id, 'rule_pack', newest.id, newest.name,
      has.pack_version, newest.number, newest.number::text
    FROM console.deployment_capabilities has
    JOIN ${newestPacks()} ON newest.id = has.capability AND newest.number > has.pack_version`;
}

/** The newest request of the deployment, still under way, that would bring it to the wanted version. */
export function requestUnderWaySql(): Prisma.Sql {
  return Prisma.sql`
    SELECT r.id, r.number, r.state::text AS state FROM console.change_requests r
    WHERE r.deployment_id = behind.deployment_id
      AND r.state IN ('draft', 'simulated', 'proposed', 'approved')
      AND r.changes @> CASE behind.subject
        WHEN 'address_set' THEN jsonb_build_array(jsonb_build_object(
          'kind', 'use_set_version', 'slug', behind.subject_id, 'versionId', behind.wanted_id))
        ELSE jsonb_build_array(jsonb_build_object(
          'kind', 'change_capability', 'capability', behind.subject_id, 'packVersion', behind.wanted))
      END
    ORDER BY r.number DESC LIMIT 1`;
}
