import { z } from "zod";
import { isStandardSecret } from "./standard-webhooks.ts";

// All that a boundary gateway is told, in one document. The console writes it, or somebody who carries it in; the gateway reads it,
// and refuses it whole where a part of it makes no sense: the one before stays in force.

const Id = z.string().min(1).max(128);
const Url = z.url({ protocol: /^https?$/, error: "It must be an http or https address." }).max(2_048);
const Seconds = z.number().int().min(0);
const Secret = z.string().min(16).max(512);

const Peer = z.object({ kind: z.string(), value: z.string() });

/** A rule, as the allowlist's export for programs names it: networks are written out, so that no set has to be known. */
const Rule = z.object({
  id: Id,
  direction: z.enum(["egress", "ingress"]),
  protocol: z.enum(["tcp", "udp", "icmp"]),
  ports: z.object({ from: z.number().int(), to: z.number().int() }).nullable(),
  peer: Peer,
  networks: z.array(z.string()),
  names: z.array(z.string()),
  carried_by: z.enum(["application", "user_browser"]),
  purpose: z.string(),
  expires_at: z.iso.datetime().nullable(),
});
export type ConfiguredRule = z.infer<typeof Rule>;

/** The export `sallyport-allowlist/v1`; what a gateway does not need of it is let through unread. */
const Allowlist = z.object({
  format: z.literal("sallyport-allowlist/v1"),
  change_token: z.string().min(1),
  rules: z.array(Rule).max(100_000),
});

/** An application that may use the proxy: by a token (its SHA-256 in hex), a certificate (the same), or where it connects from. */
const Client = z.object({
  id: Id,
  name: z.string().min(1),
  token_sha256: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(2)
    .default([]),
  certificate_sha256: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(10)
    .default([]),
  networks: z.array(z.string()).max(100).default([]),
});

/** Another proxy that everything outbound goes through, as some networks have it. */
const ParentProxy = z.object({
  url: Url,
  authorization: z.string().max(1_024).nullable().default(null),
});

/** An environment whose events are pulled. */
const Source = z.object({
  id: Id,
  environment_id: Id,
  name: z.string().min(1),
  /** Where its API is, without the path. */
  url: Url,
  api_key: z.string().min(1).max(512),
  /** Which events; none means all. */
  events: z.array(z.string()).default([]),
  paused: z.boolean().default(false),
});

/** Where events are handed over inside the site. */
const Endpoint = z
  .object({
    id: Id,
    name: z.string().min(1),
    url: Url,
    /** How a delivery is signed. */
    signature: z.enum(["workos", "standard"]),
    /** The newest first; a delivery carries the signature of each while they overlap. */
    secrets: z.array(Secret).min(1).max(2),
    events: z.array(z.string()).default([]),
    environment_ids: z.array(Id).default([]),
    paused: z.boolean().default(false),
    timeout_seconds: z.number().int().min(1).max(60).default(15),
    /** How many deliveries may be under way at once: of different objects, for those of one go one after the other. */
    in_flight: z.number().int().min(1).max(256).default(16),
    /** The certificate authorities, in PEM, of which one must have signed the endpoint's certificate; null means those trusted anyway. */
    authorities: z.string().max(200_000).nullable().default(null),
  })
  .refine(({ signature, secrets }) => signature !== "standard" || secrets.every(isStandardSecret), {
    path: ["secrets"],
    message:
      "For Standard Webhooks a secret is base64 of at least 24 bytes, with or without whsec_ before it.",
  });

/** An application that follows events by itself, over a connection that stays open. */
const Stream = z.object({
  id: Id,
  name: z.string().min(1),
  /** SHA-256, in hex, of the tokens it may show. */
  token_sha256: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .min(1)
    .max(2),
  events: z.array(z.string()).default([]),
  environment_ids: z.array(Id).default([]),
});

/** A folder that events are put into, as files that are whole when they appear. */
const Folder = z.object({
  id: Id,
  name: z.string().min(1),
  path: z
    .string()
    .regex(/^(\/|[A-Za-z]:[\\/])/, "It must be an absolute path.")
    .max(1_024),
  events: z.array(z.string()).default([]),
  environment_ids: z.array(Id).default([]),
  paused: z.boolean().default(false),
  /** So many files may lie there; then it waits until somebody takes some away. */
  files: z.number().int().min(1).max(100_000).default(10_000),
});

/** A path that something outside may send to, exactly as it is written: no program may read it in two ways. */
const IntakePath = z
  .string()
  .max(200)
  .regex(
    /^(\/(?!\.\.?(\/|$))[\w.-]+)+$/,
    "A path has parts of letters, digits, “.”, “-” and “_”, each behind a “/”.",
  );
/** The largest body that is taken. */
const IntakeBytes = z.number().int().min(1_000).max(10_000_000).default(1_000_000);

/** What something outside may send to. */
const Intake = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("webhook"),
    id: Id,
    path: IntakePath,
    max_bytes: IntakeBytes,
    environment_id: Id,
    /** The newest first; either counts while they overlap. */
    secrets: z.array(Secret).min(1).max(2),
    tolerance_seconds: Seconds.max(3_600).default(180),
  }),
  z.object({
    kind: z.literal("callback"),
    id: Id,
    path: IntakePath,
    max_bytes: IntakeBytes,
    /** The application inside the site that it is handed on to: at this address' path where it has one, else at the same path. */
    target: Url,
  }),
]);

const Buffered = z.object({
  max_bytes: z.number().int().min(1_000_000).default(10_000_000_000),
  max_age_seconds: Seconds.min(3_600).default(30 * 86_400),
});

const Errand = z.discriminatedUnion("kind", [
  /** Deliver again: what is dead, or a range of events. */
  z.object({
    kind: z.literal("replay"),
    id: Id,
    endpoint_id: Id,
    event_ids: z.array(Id).max(1_000).default([]),
    from: z.iso.datetime().nullable().default(null),
    to: z.iso.datetime().nullable().default(null),
  }),
  /** Pull a range again. */
  z.object({
    kind: z.literal("backfill"),
    id: Id,
    source_id: Id,
    from: z.iso.datetime(),
    to: z.iso.datetime(),
  }),
]);

export const GatewayConfiguration = z.object({
  format: z.literal("sallyport-gateway/v1"),
  deployment: z.object({
    id: Id,
    name: z.string(),
    customer_id: Id,
    mode: z.enum(["connected", "restricted", "air_gapped"]),
  }),
  allowlist: Allowlist,
  clients: z.array(Client).max(1_000).default([]),
  parent_proxy: ParentProxy.nullable().default(null),
  sources: z.array(Source).max(1_000).default([]),
  endpoints: z.array(Endpoint).max(100).default([]),
  streams: z.array(Stream).max(100).default([]),
  folders: z.array(Folder).max(20).default([]),
  intake: z
    .array(Intake)
    .max(100)
    .refine(
      (doors) => new Set(doors.map(({ path }) => path)).size === doors.length,
      "Two of them have the same path.",
    )
    .default([]),
  /** The keys of other gateways whose files of events are taken in here. */
  carried_keys: z
    .array(z.string().regex(/^[\w-]{43}$/))
    .max(20)
    .default([]),
  buffer: Buffered.prefault({}),
  /** Crossings older than this are dropped, by whole days. */
  crossings_kept_days: z.number().int().min(1).max(3_650).default(400),
  errands: z.array(Errand).max(1_000).default([]),
});
export type GatewayConfiguration = z.infer<typeof GatewayConfiguration>;
export type GatewayEndpoint = z.infer<typeof Endpoint>;
export type GatewayIntake = z.infer<typeof Intake>;
export type GatewayStream = z.infer<typeof Stream>;
export type GatewayFolder = z.infer<typeof Folder>;
