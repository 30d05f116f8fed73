import { z } from "zod";

// A bundle is a file that is carried across a boundary: a line with the manifest, a line with the signatures over it, and behind
// them the bytes of each entry, in the manifest's order, with nothing between.

export const BUNDLE_FORMAT = "sallyport-bundle/v1";
/** What is signed says what it is: a signature over anything else, by whatever key, is none over a bundle. */
const PAYLOAD_TYPE = "application/vnd.sallyport.bundle.v1+json";

export const ENTRIES_MAX = 1_000;
/** Longer than any manifest of that many entries. */
export const MANIFEST_BYTES_MAX = 512_000;
/** One for each of the issuer's keys: more than one while a key is replaced. */
export const SIGNATURES_MAX = 4;
/** A bundle that is good for ever would keep whoever is shown only that one from ever hearing of another. */
export const VALID_DAYS_MAX = 366;

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** As `toISOString` writes it, so that there is one way to say a moment. */
const Moment = z.iso.datetime({ precision: 3 });
const Ulid = "[0-9A-HJKMNP-TV-Z]{26}";
export const BundleId = z.string().regex(new RegExp(`^bdl_${Ulid}$`));
export const ConsoleId = z.string().regex(new RegExp(`^con_${Ulid}$`));

export const BundleEntry = z.strictObject({
  /** What it is, which says how its bytes are read. */
  kind: z.string().regex(/^[a-z][a-z_]{0,39}$/),
  /** No path and nothing that could be taken for one: a name, by which entries of a kind are told apart. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/),
  bytes: z.int().min(0),
  sha256: Sha256,
});
export type BundleEntry = z.infer<typeof BundleEntry>;

export const BundleManifest = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  bundle_id: BundleId,
  issuer: z.strictObject({ id: ConsoleId, name: z.string().min(1).max(100) }),
  /** Rises with each bundle that the issuer makes. */
  serial: z.int().min(1).max(2_147_483_647),
  made_at: Moment,
  valid_until: Moment,
  entries: z.array(BundleEntry).min(1).max(ENTRIES_MAX),
});
export type BundleManifest = z.infer<typeof BundleManifest>;

/** Why a bundle is not taken. The message can be shown. */
export class BundleRefused extends Error {
  override name = "BundleRefused";
}

/** DSSE's pre-authentication encoding (secure-systems-lab/dsse, protocol.md): lengths make it one reading only. */
export function whatIsSigned(manifest: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${manifest.length} `),
    manifest,
  ]);
}
