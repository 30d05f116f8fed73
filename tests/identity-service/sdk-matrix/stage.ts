import type { WorkOS } from "@workos-inc/node";
import { expect } from "vitest";
import { callWire } from "#tests/support/environment-calls.ts";
import { type PlainBrowser, plainBrowser } from "#tests/support/hosted-pages.ts";
import type { RunningIdentityService, TestEnvironment } from "#tests/support/identity-service.ts";

export type Major = "7" | "8" | "10" | "11";

/** What a scenario is given: an SDK of some version, pointed at an environment of its own. */
export interface Stage {
  major: Major;
  /** Typed as the newest; an older one answers to the newest one's names. */
  workos: WorkOS;
  service: RunningIdentityService;
  here: TestEnvironment;
  /** What the service sent to an address, newest last: the text of each message. */
  mailTo(email: string): Promise<string[]>;
  /** Until what happened so far can be read and delivered. */
  eventsReadable(): Promise<void>;
}

/** Something an application does with the SDK, and what it looks at afterwards. `needs` names methods that older SDKs lack. */
export interface Scenario {
  name: string;
  needs?: string[];
  run(stage: Stage): Promise<void>;
}

export const PASSWORD = "a rather long pass phrase";
export const COOKIE_PASSWORD = "a password of the application, 32 characters or more";
/** As the wire writes times, which the SDKs hand on as they are. */
export const A_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
export const anId = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}_[0-9A-Z]{26}$`));
export const notThere = { status: 404 };

/** A user whose e-mail address is shown to be theirs, so that nothing stands between them and signing in. */
export async function newUser({ workos }: Stage, email = "kim@outside.example") {
  return await workos.userManagement.createUser({
    email,
    password: PASSWORD,
    emailVerified: true,
    firstName: "Kim",
    lastName: "Roe",
  });
}

export async function newMember(stage: Stage, email?: string) {
  const user = await newUser(stage, email);
  const { organizationId } = stage.here;
  const membership = await stage.workos.userManagement.createOrganizationMembership({
    userId: user.id,
    organizationId,
  });
  return { user, membership, organizationId };
}

/** What only the dashboard does in the cloud. */
export async function manage<Answer = Record<string, string>>(
  { service, here }: Stage,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const answer = await service.manage<Answer>(method, `/environments/${here.id}${path}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

export const wire = ({ service, here }: Stage, method: string, path: string, body?: unknown) =>
  callWire(service, here, method, path, body);

/** Signs somebody in on the hosted pages, up to where the browser is sent back to the application. */
export async function signInOnPages(
  { service }: Stage,
  url: string,
  email: string,
): Promise<{ browser: PlainBrowser; code: string; state: string | null }> {
  const browser = plainBrowser(service.url);
  await browser.goTo(url);
  await browser.send("identify", { email });
  await browser.send("password", { password: PASSWORD });
  const back = browser.left?.searchParams;
  return { browser, code: back?.get("code") ?? "", state: back?.get("state") ?? null };
}

export const codeIn = (text = "") => /^ {4}(\d{6})$/m.exec(text)?.[1] ?? "";

export const byPassword = ({ workos, here }: Stage, email: string) =>
  workos.userManagement.authenticateWithPassword({ clientId: here.clientId, email, password: PASSWORD });

/** What stands between a user and a session, as the service told it. */
export async function whatIsMissing(attempt: Promise<unknown>): Promise<Record<string, string>> {
  const error = await attempt.then(
    () => {
      throw new Error("There is nothing missing.");
    },
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ status: 403 });
  return error.rawData;
}
