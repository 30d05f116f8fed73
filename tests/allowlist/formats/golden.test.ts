import { join } from "node:path";
import { expect, test } from "vitest";
import { FORMATS } from "#lib/allowlist/formats/index.ts";
import { exportedAllowlist } from "#lib/allowlist/formats/normal-form.ts";
import { BUILT_IN } from "../../support/built-in-sets.ts";
import { DEPLOYMENT, EVERY_KIND, NOW } from "./every-kind.ts";

const GOLDEN = join(import.meta.dirname, "../../fixtures/allowlist");

/** The files as people get them, to be read: any change of a format shows in the difference of its file here. */
test.each(FORMATS.map((format) => [format.id, format] as const))(
  "%s writes what its golden file holds",
  async (id, format) => {
    const file = format.render(exportedAllowlist(DEPLOYMENT, EVERY_KIND, NOW, BUILT_IN));
    await expect(file).toMatchFileSnapshot(join(GOLDEN, `${id}.${format.ending}`));
  },
);

test.each(FORMATS.map((format) => [format.id, format] as const))(
  "%s of an allowlist without rules denies everything and holds nothing else",
  async (id, format) => {
    const file = format.render(exportedAllowlist(DEPLOYMENT, [], NOW, BUILT_IN));
    await expect(file).toMatchFileSnapshot(join(GOLDEN, "without-rules", `${id}.${format.ending}`));
  },
);
