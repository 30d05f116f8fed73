import { createHash } from "node:crypto";
import { BlockList } from "node:net";
import { readCidr } from "#lib/shared/addresses.ts";

/** An application that may use the proxy, and what it can prove itself with. Any one of its proofs is enough. */
export interface EgressClient {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of each of its tokens, in hexadecimal: tokens are long and random, so nothing slower is needed. */
  readonly tokenHashes: readonly string[];
  /** SHA-256 of each of its certificates in DER, in hexadecimal. */
  readonly certificateHashes: readonly string[];
  /** Networks from which nothing else has to be shown. */
  readonly networks: readonly string[];
}

/** What a connection shows of who opened it. */
export interface Shown {
  /** Where it comes from; null where the socket does not say any more. */
  readonly address: string | null;
  /** `Proxy-Authorization` as it was sent. */
  readonly credentials: string | null;
  readonly certificate: { readonly hash: string; readonly endsAt: Date } | null;
}

export interface Identified {
  readonly client: EgressClient;
  readonly by: "token" | "certificate" | "address";
}

export interface ClientBook {
  /** Whose connection it is; null where it shows nothing that is known, or something that is not. */
  identify(shown: Shown, now: Date): Identified | null;
}

/**
 * Whoever shows a token or a certificate is judged by it alone: an application whose token was withdrawn must not go on because of
 * the machine it runs on.
 */
export function clientBook(clients: readonly EgressClient[]): ClientBook {
  const byToken = new Map(clients.flatMap((client) => client.tokenHashes.map((hash) => [hash, client])));
  const byCertificate = new Map(
    clients.flatMap((client) => client.certificateHashes.map((hash) => [hash, client])),
  );
  const byAddress = clients
    .filter(({ networks }) => networks.length > 0)
    .map((client) => ({ client, networks: blockList(client.networks) }));
  return {
    identify({ address, credentials, certificate }, now) {
      if (certificate) {
        const client = certificate.endsAt > now ? byCertificate.get(certificate.hash) : undefined;
        return client ? { client, by: "certificate" } : null;
      }
      if (credentials !== null) {
        const token = tokenOf(credentials);
        // Found by its hash: how long that takes tells nothing of the token.
        const client = token === null ? undefined : byToken.get(sha256(token.token));
        return client && (token?.name === null || token?.name === client.name)
          ? { client, by: "token" }
          : null;
      }
      if (address === null) return null;
      const family = address.includes(":") ? "ipv6" : "ipv4";
      const found = byAddress.find(({ networks }) => networks.check(address, family));
      return found ? { client: found.client, by: "address" } : null;
    },
  };
}

export function sha256(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}

/** `Bearer token`, or what an address such as `http://name:token@gateway:3128` becomes: `Basic`, with the client's name or none. */
function tokenOf(credentials: string): { name: string | null; token: string } | null {
  const [, scheme = "", value = ""] = /^([A-Za-z]+) +([A-Za-z0-9+/=._~-]+)$/.exec(credentials) ?? [];
  if (scheme.toLowerCase() === "bearer") return { name: null, token: value };
  if (scheme.toLowerCase() !== "basic") return null;
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? null : { name: text.slice(0, colon) || null, token: text.slice(colon + 1) };
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of networks) {
    const reading = readCidr(text);
    if (!reading.ok) throw new Error(reading.problem);
    const [network = ""] = reading.value.text.split("/");
    list.addSubnet(network, reading.value.prefix, reading.value.family === 4 ? "ipv4" : "ipv6");
  }
  return list;
}
