import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { newId } from "#lib/shared/ids.ts";
import { VERSION } from "#lib/shared/version.ts";
import { acceptClock } from "../clock.ts";
import { EVERY_ENVIRONMENT, sql } from "../db.ts";
import type { Service } from "../service.ts";
import { refused } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";
import { iso } from "../wire/time.ts";

interface HostRow {
  id: string;
  name: string;
  public_key: string;
  private_key_sealed: string;
}

const FIND = sql("host_find", "SELECT id, name, public_key, private_key_sealed FROM identity.hosts");
// Two instances may start on an empty database at once: the first one's key is the service's.
const INSERT = sql(
  "host_insert",
  `INSERT INTO identity.hosts (id, name, public_key, private_key_sealed) VALUES ($1, $2, $3, $4)
   ON CONFLICT (singleton) DO NOTHING`,
);

/**
 * GET /sallyport/v1/service: proves with a signature over the console's own nonce that this is the host whose key the
 * console knows. Asked before the console shows its credential, so that it is never shown to a stranger.
 */
export function hostRoutes(app: FastifyInstance, service: Service): void {
  app.get<{ Querystring: Params }>("/sallyport/v1/service", async ({ query }) => {
    const nonce = one(query, "nonce") ?? "";
    if (!/^[0-9a-f]{16,128}$/i.test(nonce))
      throw refused(400, "The nonce must be 16 to 128 hexadecimal digits.");
    const host = await findHost(service);
    const { baseUrl } = service.env;
    const key = createPrivateKey(service.sealer.open(host.private_key_sealed, contextOf(host.id)));
    const signature = sign(null, Buffer.from(`sallyport-service\n${nonce}\n${baseUrl}`), key);
    return {
      object: "service",
      id: host.id,
      name: host.name,
      version: VERSION,
      public_key: host.public_key,
      signature: signature.toString("base64url"),
      base_url: baseUrl,
      time: iso(service.clock()),
    };
  });
}

/** POST /sallyport/v1/clock/accept: the operator's word that the clock is right now, whatever was on record. */
export function clockRoutes(app: FastifyInstance, { db }: Service): void {
  app.post("/clock/accept", async () => ({ object: "clock", highest: iso(await acceptClock(db)) }));
}

async function findHost(service: Service): Promise<HostRow> {
  const [host] = await service.db.query<HostRow>(EVERY_ENVIRONMENT, FIND, []);
  if (host) return host;
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const id = newId("svc");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await service.db.query(EVERY_ENVIRONMENT, INSERT, [
    id,
    new URL(service.env.baseUrl).host,
    publicKey.export({ type: "spki", format: "pem" }).toString(),
    service.sealer.seal(pem, contextOf(id)),
  ]);
  return await findHost(service);
}

function contextOf(hostId: string): string {
  return `host:${hostId}:private_key`;
}
