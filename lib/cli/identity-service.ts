import { z } from "zod";
import { readSettings } from "./env.ts";
import { Failure } from "./failure.ts";
import { readSecrets } from "./secrets.ts";

const Refusal = z.object({
  message: z.string(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/** Asks the management API of the identity service that runs here. @throws Failure with its refusal. */
export async function askIdentityService<Answer>(
  path: string,
  body: object,
  Answer: z.ZodType<Answer>,
): Promise<Answer> {
  const settings = readSettings();
  const { managementToken } = readSecrets(settings.dataDir);
  const response = await post(`${settings.urls.identity}/sallyport/v1${path}`, managementToken, body);
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return Answer.parse(answer);
  const refusal = Refusal.safeParse(answer).data;
  // What is wrong with a field says more than that something is.
  const reason =
    refusal?.errors?.map(({ message }) => message).join(" ") ??
    refusal?.message ??
    `status ${response.status}`;
  throw new Failure(`The identity service at ${settings.urls.identity} refused: ${reason}`);
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
      { cause: error },
    );
  }
}
