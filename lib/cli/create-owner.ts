import { text } from "node:stream/consumers";
import { createOwner } from "#lib/people/owner.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";

// Run by `sallyport owner create` in the console's name. The password comes on standard input, because the arguments
// of a program can be read by every user of the machine.
const [email = "", name = ""] = process.argv.slice(2);
const password = (await text(process.stdin)).replace(/\r?\n$/, "");
try {
  const { id } = await createOwner({ email, name, password });
  console.log(id);
} catch (error) {
  const told = error instanceof AppError ? [error.message, ...Object.values(error.fields)].join(" ") : error;
  console.error(told);
  process.exitCode = 1;
} finally {
  await closeDatabase();
}
