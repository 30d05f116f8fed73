import "server-only";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { log } from "#lib/platform/log.ts";
import {
  CommonProblems,
  type Guide,
  GuideFile,
  type GuideRow,
  inLanguage,
  type Language,
  Protocol,
} from "./schema.ts";
import { isGeneral } from "./shape.ts";

// The programs are started in the folder that the product is in; what next.config.ts includes is there in a copy of it too.
const ROOT = join(process.cwd(), "lib/guides");

export interface GuideFilter {
  /** What it is wanted for: letting people sign in, or listing them. */
  purpose?: "sso" | "dsync";
  protocol?: Protocol;
  /** Behind an air gap: what runs on the premises comes first. */
  airGapped?: boolean;
}

const SERVES = { sso: ["saml", "oidc", "ldap"], dsync: ["scim", "ldap"] } as const satisfies Record<
  string,
  Protocol[]
>;
const LAST: Record<GuideRow["reach"], number> = { on_premises: 0, either: 1, internet: 2 };

/** The guides there are, by name; the general one of each protocol last, for whoever found no other. */
export async function listGuides(language: Language, filter: GuideFilter = {}): Promise<GuideRow[]> {
  const { purpose, protocol, airGapped = false } = filter;
  const wanted = [...(await library()).values()]
    .map((guide) => ({ ...guide, name: inLanguage(guide.name, language) }))
    .filter(
      (guide) =>
        (!purpose || SERVES[purpose].some((each) => each === guide.protocol)) &&
        (!protocol || guide.protocol === protocol),
    );
  return wanted
    .toSorted(
      (one, other) =>
        (airGapped ? LAST[one.reach] - LAST[other.reach] : 0) ||
        Number(isGeneral(one)) - Number(isGeneral(other)) ||
        one.name.localeCompare(other.name, language),
    )
    .map(({ id, name, initials, protocol, connectionType, directoryType, keywords, reach, minutes }) => ({
      ...{ id, name, initials, protocol, connectionType, directoryType, keywords, reach, minutes },
    }));
}

/** A guide in one language, with what anybody's provider may do wrong behind its own problems; null: there is none. */
export async function getGuide(id: string, language: Language): Promise<Guide | null> {
  const guide = (await library()).get(id);
  return guide ? { ...inLanguage(guide, language), language } : null;
}

type Kept = GuideFile & { id: string; generalProblems: CommonProblems };

let kept: { at: number; guides: Promise<Map<string, Kept>> } | undefined;

/** Read once, and again when a file was added, replaced or taken away. */
async function library(): Promise<Map<string, Kept>> {
  const at = (await stat(join(ROOT, "data"))).mtimeMs;
  if (kept?.at !== at) kept = { at, guides: readAll() };
  return kept.guides;
}

async function readAll(): Promise<Map<string, Kept>> {
  const common = new Map<Protocol, CommonProblems>();
  for (const protocol of Protocol.options)
    common.set(protocol, CommonProblems.parse(await json(`common/${protocol}.json`)));
  const names = (await readdir(join(ROOT, "data"))).filter((name) => name.endsWith(".json"));
  const guides = await Promise.all(names.map((name) => readOne(name.slice(0, -".json".length), common)));
  return new Map(guides.flatMap((guide) => (guide ? [[guide.id, guide]] : [])));
}

/** A file that is no guide is left out: the others are of use all the same. */
async function readOne(id: string, common: Map<Protocol, CommonProblems>): Promise<Kept | null> {
  const read = GuideFile.safeParse(await json(`data/${id}.json`));
  if (!read.success) {
    log().error({ guide: id, problems: read.error.issues }, "A guide cannot be read and is left out.");
    return null;
  }
  const guide = read.data;
  const known = new Set(guide.problems.flatMap(({ checks }) => checks));
  // Where a guide says what a failed check means for its product, the general word is left out.
  const generalProblems = (common.get(guide.protocol) ?? []).filter(
    ({ checks }) => checks.length === 0 || checks.some((check) => !known.has(check)),
  );
  return { ...guide, id, generalProblems };
}

async function json(path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(ROOT, path), "utf8"));
}
