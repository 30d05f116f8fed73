import { parseArgs } from "node:util";
import { z } from "zod";
import { Failure } from "./failure.ts";
import { askIdentityService } from "./identity-service.ts";

const USAGE = `Usage: sallyport token create --name "Console in Frankfurt" [--environment env_…]… [--read-only] [--expires-in-days 90]

  --environment      only this environment; give it again for further ones
  --read-only        may look, and change nothing
  --expires-in-days  1 to 3650; without it the credential works until it is taken away`;
const Created = z.object({ value: z.string() });
const DAY_MS = 86_400_000;

/** `sallyport token create`: a credential for the management API of the identity service that runs here. */
export async function createToken(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  if (command !== "create") throw new Failure(USAGE);
  const values = readOptions(rest);
  const days = values["expires-in-days"] === undefined ? null : Number(values["expires-in-days"]);
  if (!values.name || (days !== null && !(Number.isInteger(days) && days >= 1 && days <= 3650)))
    throw new Failure(USAGE);
  const wanted = {
    name: values.name,
    environments: values.environment ?? null,
    access: values["read-only"] ? "read" : "full",
    expires_at: days === null ? null : new Date(Date.now() + days * DAY_MS).toISOString(),
  };
  const { value } = await askIdentityService("/management_tokens", wanted, Created);
  // The token alone on standard output, so that a script can keep it without cutting words away.
  console.error("Keep this; it is shown once:");
  console.log(value);
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        name: { type: "string" },
        environment: { type: "string", multiple: true },
        "read-only": { type: "boolean" },
        "expires-in-days": { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new Failure(USAGE, { cause: error });
  }
}
