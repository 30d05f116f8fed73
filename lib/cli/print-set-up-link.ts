import { ensureSetUpLink } from "#lib/people/owner.ts";
import { closeDatabase } from "#lib/platform/db.ts";

// Run by `npm start` in the console's name: prints the link that makes the first owner, or nothing when there is one.
const link = await ensureSetUpLink();
if (link) console.log(link.url);
await closeDatabase();
