import "server-only";
import { visibleTo } from "#lib/access/actor.ts";
import { providerName } from "#lib/connections/providers.ts";
import type { ConnectionDetail, SignInTrace } from "#lib/drivers/port.ts";
import type { Revision } from "#lib/drivers/revision-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { getGuide } from "#lib/guides/library.ts";
import type { Guide, Language } from "#lib/guides/schema.ts";
import { type GuideValues, isGeneral } from "#lib/guides/shape.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { translatorFor } from "#lib/portal/texts.ts";
import { waitingRevision } from "./draft.ts";
import { isWithinPurpose } from "./policy.ts";
import { makerOf, requireOwnConnection } from "./require.ts";

export interface OwnConnection {
  id: string;
  name: string;
  type: string;
  state: string;
  providerName: string;
  /** It is live, and signed answers are checked with a certificate. */
  isRenewable: boolean;
  certificateExpiresAt: Date | null;
  lastSignInAt: Date | null;
}

/** The connections of the set-up's own organization. */
export async function listOwnConnections(setup: Setup): Promise<OwnConnection[]> {
  const { actor, environmentId, organizationId } = setup;
  actor.must("connection.read");
  const found = await inScope(actor, (tx) =>
    tx.connection.findMany({
      where: { environmentId, organizationId, ...visibleTo(actor) },
      select: {
        id: true,
        name: true,
        type: true,
        state: true,
        guideId: true,
        certificateExpiresAt: true,
        lastSignInAt: true,
      },
      orderBy: { createdAt: "asc" },
      take: 50,
    }),
  );
  return await Promise.all(
    found.map(async ({ guideId, ...row }) => {
      const guide = guideId ? await getGuide(guideId, "en") : null;
      return {
        ...row,
        providerName: guide && !isGeneral(guide) ? guide.name : providerName(row.type),
        isRenewable: row.state !== "draft" && row.type.endsWith("SAML"),
      };
    }),
  );
}

export type SignInProtocol = "saml" | "oidc" | "ldap";

/** One connection as its set-up needs it: what is live, and what waits to be. */
export interface SignInSetup {
  id: string;
  state: string;
  protocol: SignInProtocol;
  guide: Guide | null;
  /** What the provider is called, in the middle of a sentence: by its guide, or "your identity provider". */
  provider: string;
  /** What is copied into the provider. */
  values: GuideValues;
  detail: ConnectionDetail;
  /** The draft, or what is active where nothing waits. */
  waiting: Revision;
  active: Revision | null;
  /** What was active before, where this link may bring it back. */
  before: Revision | null;
}

export async function getSignInSetup(
  setup: Setup,
  connectionId: string,
  language: Language,
): Promise<SignInSetup> {
  setup.actor.must("connection.read");
  const found = await requireOwnConnection(setup, connectionId);
  const maker = await makerOf(setup);
  const [detail, { active, before, ...waiting }, guide] = await Promise.all([
    maker.describe(connectionId),
    waitingRevision(maker, connectionId),
    found.guideId ? getGuide(found.guideId, language) : null,
  ]);
  return {
    id: found.id,
    state: found.state,
    protocol: protocolOf(waiting),
    guide,
    provider: guide && !isGeneral(guide) ? guide.name : translatorFor(language, "connection")("yours"),
    values: Object.fromEntries(detail.toCopy.map(({ key, value }) => [key, value])),
    ...{ detail, waiting, active },
    before: before && isWithinPurpose(setup, before, active) ? before : null,
  };
}

function protocolOf({ type, ldap }: Revision): SignInProtocol {
  if (ldap) return "ldap";
  return type.endsWith("SAML") ? "saml" : "oidc";
}

/** The last test of a revision, to be seen again where somebody comes back; `since`: only of what it has been since then. */
export async function findLastTest(
  setup: Setup,
  connectionId: string,
  { number, since }: { number: number; since: Date | null },
): Promise<SignInTrace | null> {
  setup.actor.must("connection.test");
  await requireOwnConnection(setup, connectionId);
  const traces = await (await makerOf(setup)).listTraces(connectionId);
  return (
    traces.find(
      ({ purpose, revision, state, at }) =>
        purpose === "test" &&
        revision === number &&
        state !== "pending" &&
        at !== null &&
        (since === null || at >= since),
    ) ?? null
  );
}

export interface RoleChoice {
  slug: string;
  name: string;
}

/** The roles that groups may bring in this organization. */
export async function listRoleChoices(setup: Setup): Promise<RoleChoice[]> {
  setup.actor.must("connection.read");
  const driver = await driverOf(setup.environmentId);
  return await driver.listRoles(setup.organizationId);
}

/** Whether nothing on the Internet can be reached from the site. */
export async function isAirGapped({ actor, deploymentId }: Setup): Promise<boolean> {
  const where = { id: deploymentId, ...visibleTo(actor) };
  const found = await inScope(actor, (tx) => tx.deployment.findFirst({ where, select: { mode: true } }));
  return found?.mode === "air_gapped";
}
