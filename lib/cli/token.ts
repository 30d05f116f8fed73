import { parseArgs } from "node:util";
import { z } from "zod";
import { readSettings } from "./env.ts";
import { Failure } from "./failure.ts";
import { readSecrets } from "./secrets.ts";

const USAGE = 'Usage: sallyport token create --name "Console in Frankfurt"';
const Created = z.object({ value: z.string() });

/** `sallyport token create`: a credential with which another console may drive the identity service that runs here. */
export async function createToken(args: readonly string[]): Promise<void> {
  const options = { name: { type: "string" } } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
  });
  const { name } = values;
  if (positionals[0] !== "create" || typeof name !== "string" || name === "") throw new Failure(USAGE);
  const settings = readSettings();
  const { managementToken } = readSecrets(settings.dataDir);
  const response = await post(`${settings.urls.identity}/sallyport/v1/management_tokens`, managementToken, {
    name,
  });
  if (!response.ok) {
    throw new Failure(`The identity service at ${settings.urls.identity} refused (${response.status}).`);
  }
  const { value } = Created.parse(await response.json());
  // The token alone on standard output, so that a script can keep it without cutting words away.
  console.error("Keep this; it is shown once:");
  console.log(value);
}

async function post(url: string, token: string, body: object): Promise<Response> {
  try {
    return await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
  } catch (error) {
    throw new Failure(
      `The identity service does not answer at ${new URL(url).origin}. Run \`npm start\` first.`,
      {
        cause: error,
      },
    );
  }
}
