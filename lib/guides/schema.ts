import { z } from "zod";
import { PROTOCOLS } from "./shape.ts";

// What a guide is: how one product's administrators let their people sign in here, or send their directory.
// docs/guides.md says how to write one.

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

const line = z.string().trim().min(1).max(900);

/** A sentence in every language. `**name**` is what the product calls something, `` `text` `` what is typed. */
const Text = z.strictObject({ en: line, de: line });
/** What the product's own screen says: the same in every language, unless its screen is known in that language. */
const Label = z.union([line, Text]);

const Id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

export const Protocol = z.enum(PROTOCOLS);
export type Protocol = z.output<typeof Protocol>;

/** A field of the product's form, and what goes into it. */
const Field = z.union([
  z.strictObject({ label: Label, value: line, note: Text.optional() }),
  z.strictObject({ label: Label, choose: Label, note: Text.optional() }),
  z.strictObject({ label: Label, set: z.enum(["on", "off"]), note: Text.optional() }),
  z.strictObject({ label: Label, own: Text }),
]);

export const PROFILE_FIELDS = ["idp_id", "email", "first_name", "last_name", "name", "groups"] as const;
const ProfileField = z.enum(PROFILE_FIELDS);

/** Attributes or claims that the product has to be told to send. */
const Attributes = z.strictObject({
  columns: z.strictObject({ name: Label, format: Label.optional(), source: Label }),
  rows: z
    .array(
      z.strictObject({
        to: ProfileField.or(z.literal("username")),
        name: line,
        format: Label.optional(),
        source: Label,
        /** People can sign in without it. */
        optional: z.boolean().default(false),
      }),
    )
    .min(1),
});

/** A star is on the way there; each `>` stands one level deeper. */
const entry = z.string().regex(/^\*?(>{1,3} )?[^*>\s].*$/);
const Entry = z.union([entry, z.strictObject({ en: entry, de: entry })]);

/** Where things are, as a picture that is drawn from this. Its form shows the step's fields unless it has rows of its own. */
const Drawing = z.strictObject({
  window: Label,
  nav: z.array(Entry).max(14).default([]),
  tabs: z.array(Entry).max(7).default([]),
  heading: Label.optional(),
  rows: z.array(Label).max(9).optional(),
  button: Label.optional(),
  /** Folders and files, or entries of a directory. */
  mono: z.boolean().default(false),
});

const Step = z.strictObject({
  id: Id,
  title: Text,
  /** The way through the menus, outermost first. */
  path: z.array(Label).default([]),
  say: z.array(Text).min(1),
  fields: z.array(Field).default([]),
  attributes: Attributes.optional(),
  code: z.array(z.strictObject({ label: Label, text: z.string().min(1).max(6_000) })).default([]),
  warning: Text.optional(),
  drawing: Drawing.optional(),
});

/** What the form here asks for. */
export const BACK = [
  "metadata_url",
  "metadata_file",
  "idp_entity_id",
  "idp_sso_url",
  "idp_certificate",
  "issuer",
  "client_id",
  "client_secret",
  "servers",
  "ca_certificate",
  "bind_dn",
  "bind_password",
  "base_dn",
  "group_base_dn",
] as const;

const Back = z.strictObject({
  what: z.enum(BACK),
  /** What the product calls it. */
  label: Label,
  say: Text,
  /** Not needed where the others were given. */
  optional: z.boolean().default(false),
});

export const ProblemFile = z.strictObject({
  /** The checks of a sign-in's trace that fail of it. */
  checks: z.array(z.string().regex(/^[a-z_]+(\.[a-z_]+)+$/)).default([]),
  symptom: Text,
  cause: Text,
  mend: Text,
  /** The step that puts it right. */
  step: Id.optional(),
});

/** What anybody's provider of a protocol may do wrong: a guide adds what its own product does. */
export const CommonProblems = z.array(ProblemFile).min(1);
export type CommonProblems = z.output<typeof CommonProblems>;

export const GuideFile = z
  .strictObject({
    /** The product's own name; of a general guide, what stands in place of one. */
    name: Label,
    initials: z.string().min(1).max(3),
    protocol: Protocol,
    /** What a connection and a directory of it are made as: see lib/connections/providers.ts and lib/directories/providers.ts. */
    connectionType: z.string().optional(),
    directoryType: z.string().optional(),
    /** Other words that people look for it by. */
    keywords: z.array(line),
    /** Where it runs: what only answers on the Internet is of no use behind an air gap. */
    reach: z.enum(["on_premises", "internet", "either"]),
    /** Which attribute each field of a profile is read from once these steps are done. */
    mapping: z.partialRecord(ProfileField, line),
    minutes: z.number().int().min(1).max(120),
    /** Which versions of the product the steps were written for. */
    writtenFor: Text,
    intro: Text,
    /** What its administrator needs to be, and to have at hand. */
    role: Text,
    needs: z.array(Text).default([]),
    steps: z.array(Step).min(2),
    back: z.array(Back),
    problems: z.array(ProblemFile).min(1),
    undo: z.array(Text).min(1),
  })
  .refine(
    (guide) => guide.connectionType ?? guide.directoryType,
    "A guide is for a connection or a directory.",
  )
  .refine((guide) => {
    const ids = guide.steps.map(({ id }) => id);
    const named = guide.problems.flatMap(({ step }) => step ?? []);
    return new Set(ids).size === ids.length && named.every((id) => ids.includes(id));
  }, "Each step has an id of its own, and problems name steps there are.");
export type GuideFile = z.output<typeof GuideFile>;

/** A file's content with every text in one language. */
export type InOneLanguage<T> = T extends string | number | boolean | undefined
  ? T
  : T extends { en: string; de: string }
    ? string
    : T extends readonly (infer Item)[]
      ? InOneLanguage<Item>[]
      : T extends object
        ? { [Key in keyof T]: InOneLanguage<T[Key]> }
        : T;

/** A guide as it is read: in one language, with the problems that any provider of its protocol may have besides its own. */
export type Guide = InOneLanguage<GuideFile> & {
  id: string;
  language: Language;
  generalProblems: InOneLanguage<CommonProblems>;
};
export type GuideStep = Guide["steps"][number];
export type GuideField = GuideStep["fields"][number];
export type GuideAttributes = NonNullable<GuideStep["attributes"]>;
export type GuideDrawing = NonNullable<GuideStep["drawing"]>;
export type GuideProblem = Guide["problems"][number];

/** A guide in a list to choose from. */
export type GuideRow = Pick<
  Guide,
  | "id"
  | "name"
  | "initials"
  | "protocol"
  | "connectionType"
  | "directoryType"
  | "keywords"
  | "reach"
  | "minutes"
>;

export function inLanguage<T>(said: T, language: Language): InOneLanguage<T>;
export function inLanguage(said: unknown, language: Language): unknown {
  if (Array.isArray(said)) return said.map((each) => inLanguage(each, language));
  if (typeof said !== "object" || said === null) return said;
  const text = Text.safeParse(said);
  if (text.success) return text.data[language];
  return Object.fromEntries(Object.entries(said).map(([key, value]) => [key, inLanguage(value, language)]));
}
