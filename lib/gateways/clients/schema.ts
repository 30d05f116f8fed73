import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";
import { readCidr } from "#lib/shared/addresses.ts";
import { GatewayId, OVERLAPS } from "../schema.ts";

const ClientId = z.string().startsWith("gwc_");

const lines = z
  .union([z.string(), z.array(z.string())])
  .default("")
  .transform((text) => (typeof text === "string" ? text.split(/[\s,;]+/) : text))
  .transform((list) => [...new Set(list.map((line) => line.trim()).filter(Boolean))]);

/** As they are written in the configuration; an address alone is the network of that one. */
const Networks = lines
  .pipe(z.array(z.string()).max(100, "Keep it at 100 networks."))
  .transform((list, context) =>
    list.map((line) => {
      const network = line.includes("/") ? line : `${line}/${line.includes(":") ? 128 : 32}`;
      const reading = readCidr(network);
      if (!reading.ok) context.addIssue({ code: "custom", message: `${line}: ${reading.problem}` });
      return network;
    }),
  );

/** SHA-256 of the certificate, as OpenSSL or a browser shows it, with or without colons. */
const Certificates = lines
  .transform((list) =>
    list.map((line) =>
      line
        .replace(/^sha-?256[:=]/i, "")
        .replaceAll(":", "")
        .toLowerCase(),
    ),
  )
  .pipe(
    z
      .array(z.string().regex(/^[0-9a-f]{64}$/, "A SHA-256 has 64 characters of 0-9 and a-f."))
      .max(10, "Keep it at ten certificates."),
  );

/** It may stand before a token, as the user of the proxy: a colon would end it there. */
const Name = z
  .string()
  .trim()
  .min(2, "Name the application.")
  .max(80, "Keep the name under 80 characters.")
  .regex(/^[^:]*$/, "A name has no colon.");

/** How an application is known: by any of these. A token is made here and shown once. */
export const CreateClientInput = z
  .strictObject({
    gatewayId: GatewayId,
    name: Name,
    token: z.stringbool().default(false),
    certificateSha256: Certificates,
    networks: Networks,
  })
  .refine(
    ({ token, certificateSha256, networks }) => token || certificateSha256.length > 0 || networks.length > 0,
    { path: ["token"], error: "Say by what it is known: a token, a certificate or its network." },
  );
export type CreateClientInput = z.output<typeof CreateClientInput>;

export const ChangeClientInput = z.strictObject({
  clientId: ClientId,
  name: Name,
  certificateSha256: Certificates,
  networks: Networks,
});
export type ChangeClientInput = z.output<typeof ChangeClientInput>;

export const RotateClientInput = z.strictObject({
  clientId: ClientId,
  overlap: z.enum(OVERLAPS, "Choose for how long the old one still counts.").default("day"),
});
export type RotateClientInput = z.output<typeof RotateClientInput>;

export const ClientRef = z.strictObject({ clientId: ClientId });
export type ClientRef = z.output<typeof ClientRef>;

export const CLIENT_LIST = {
  sorts: ["made", "name"],
  defaultDirection: "desc",
  filters: ["state"],
} as const satisfies ListSpec<string, string>;
export type ClientListQuery = ListQuery<(typeof CLIENT_LIST.sorts)[number], "state">;
