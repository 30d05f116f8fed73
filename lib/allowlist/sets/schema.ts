import { z } from "zod";
import { CustomerId } from "#lib/customers/schema.ts";
import { DeploymentId } from "#lib/deployments/schema.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

const Line = (maxLength: number) =>
  z.string().trim().max(maxLength, `Keep this under ${maxLength} characters.`).default("");

/** An empty field of a form is one that was left out. */
const Optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((said) => (said === "" || isNoFile(said) ? undefined : said), schema.optional());

/** What a browser sends for a file field in which nothing was chosen. */
function isNoFile(said: unknown): boolean {
  return said instanceof File && said.size === 0 && said.name === "";
}

const SourceUrl = Optional(
  z
    .url({ protocol: /^https$/, error: "Write an address that begins with https://." })
    .max(500, "Keep this under 500 characters.")
    .refine(
      (text) => !new URL(text).username && !new URL(text).password,
      "Leave name and password out of it.",
    ),
);

const SetFacts = {
  name: z
    .string()
    .trim()
    .min(2, "Name the set.")
    .max(80, "Keep the name under 80 characters.")
    .regex(/[a-zA-Z0-9]/, "Use at least one letter or digit."),
  origin: z
    .string()
    .trim()
    .min(3, "Say where its networks come from.")
    .max(300, "Keep this under 300 characters."),
  sourceUrl: SourceUrl,
  description: Line(300),
};

export const CreateSetInput = z.strictObject({
  /** Whose it is; nobody's: every deployment may name it. */
  customerId: Optional(CustomerId),
  ...SetFacts,
  allowsPrivate: z.stringbool().default(false),
});
export type CreateSetInput = z.output<typeof CreateSetInput>;

const SetId = z.string().startsWith("aset_").max(60);
const VersionId = z.string().startsWith("asetv_").max(60);

export const ChangeSetInput = z.strictObject({ setId: SetId, ...SetFacts });
export type ChangeSetInput = z.output<typeof ChangeSetInput>;

export const SetRef = z.strictObject({ setId: SetId });
export type SetRef = z.output<typeof SetRef>;

/** As the gates read it; a form of a browser may not be larger anyhow. */
export const CONTENT_BYTES_MAX = 1_000_000;

export const INTAKES = ["url", "file", "carried", "text"] as const;

export const ProposeVersionInput = z
  .strictObject({
    setId: SetId,
    intake: z.enum(INTAKES, "Choose where the list comes from."),
    text: z.string().max(CONTENT_BYTES_MAX, "The list is larger than 1 MB.").default(""),
    file: Optional(z.instanceof(File, { error: "Choose a file." })),
    /** Of a file that was carried: what stands on the paper that came with it. */
    sha256: Optional(
      z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[0-9a-f]{64}$/, "A SHA-256 is 64 hexadecimal digits."),
    ),
    /** When its origin changed it, where that is known. */
    changedOn: Optional(z.iso.date("Write a day, such as 2026-11-28.")),
    /** Why it differs from the version before as much as it does, where that is meant. */
    meant: Line(300),
  })
  .superRefine(({ intake, text, file, sha256 }, context) => {
    const missing = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (intake === "text" && text.trim() === "") missing("text", "Write one network a line.");
    if ((intake === "file" || intake === "carried") && !file) missing("file", "Choose a file.");
    if (file && file.size > CONTENT_BYTES_MAX) missing("file", "The file is larger than 1 MB.");
    if (intake === "carried" && !sha256) missing("sha256", "Copy the SHA-256 from what came with the file.");
  });
export type ProposeVersionInput = z.output<typeof ProposeVersionInput>;

export const AcceptVersionInput = z.strictObject({ versionId: VersionId, reason: Line(300) });
export type AcceptVersionInput = z.output<typeof AcceptVersionInput>;

export const RefuseVersionInput = z.strictObject({
  versionId: VersionId,
  reason: z.string().trim().min(3, "Say why.").max(300, "Keep this under 300 characters."),
});
export type RefuseVersionInput = z.output<typeof RefuseVersionInput>;

export const VersionRef = z.strictObject({ versionId: VersionId });
export type VersionRef = z.output<typeof VersionRef>;

/** Lets a deployment use another version of a set, by a change request. */
export const DraftSetVersionInput = z.strictObject({ deploymentId: DeploymentId, versionId: VersionId });
export type DraftSetVersionInput = z.output<typeof DraftSetVersionInput>;

/** What the gates said of a list. `meant`: it was brought all the same, and why. */
export const Finding = z.object({ code: z.string(), sentence: z.string(), meant: z.string().optional() });
export type Finding = z.output<typeof Finding>;
export const Findings = z.array(Finding);

export const SET_LIST = {
  sorts: ["name", "owner", "made"],
  filters: ["state", "owner", "customer"],
} as const satisfies ListSpec<string, string>;
export type SetListQuery = ListQuery<(typeof SET_LIST.sorts)[number], (typeof SET_LIST.filters)[number]>;

export const VERSION_LIST = {
  sorts: ["number", "by"],
  defaultDirection: "desc",
  filters: ["state", "intake"],
} as const satisfies ListSpec<string, string>;
export type VersionListQuery = ListQuery<
  (typeof VERSION_LIST.sorts)[number],
  (typeof VERSION_LIST.filters)[number]
>;

export const SET_USE_LIST = {
  sorts: ["version", "deployment", "customer", "since"],
  filters: ["version", "mode"],
} as const satisfies ListSpec<string, string>;
export type SetUseListQuery = ListQuery<
  (typeof SET_USE_LIST.sorts)[number],
  (typeof SET_USE_LIST.filters)[number]
>;
