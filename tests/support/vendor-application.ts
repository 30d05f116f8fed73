import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WorkOS as WorkOS11 } from "@workos-inc/node";
import { WorkOS as WorkOS8 } from "workos-node-8";

/** The official SDK of the two majors that vendors run most. */
export type SdkMajor = 8 | 11;

export interface VendorSettings {
  /** The only thing that differs from an application that talks to the cloud. */
  host: { hostname: string; port: number };
  clientId: string;
  apiKey: string;
  organizationId: string;
}

export interface VendorApplication {
  url: string;
  callbackUrl: string;
  configure(settings: VendorSettings): void;
  close(): Promise<void>;
}

/**
 * A vendor's application as its developers would write it: `/` signs in through the SDK, `/callback` shows who came.
 * It starts before its settings are known, because its callback address has to be registered first.
 */
export async function startVendorApplication(major: SdkMajor): Promise<VendorApplication> {
  let settings: VendorSettings | undefined;
  const states = new Set<string>();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) =>
      page(response, 500, `Sign-in failed: ${error.message}`),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const callbackUrl = `${url}/callback`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!settings) return page(response, 503, "The application has no settings yet.");
    const query = new URL(request.url ?? "/", url).searchParams;
    if (!request.url?.startsWith("/callback")) {
      const state = randomBytes(16).toString("hex");
      states.add(state);
      response.writeHead(302, { location: authorizationUrl(major, settings, callbackUrl, state) }).end();
      return;
    }
    if (query.has("error")) return page(response, 400, `Sign-in failed: ${query.get("error")}`);
    if (!states.delete(query.get("state") ?? "")) return page(response, 400, "Sign-in failed: unknown state");
    const profile = await profileOf(major, settings, query.get("code") ?? "");
    page(response, 200, `Signed in as ${profile.email} through ${profile.connectionType}`);
  }

  return {
    url,
    callbackUrl,
    configure: (given) => {
      settings = given;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function authorizationUrl(
  major: SdkMajor,
  settings: VendorSettings,
  redirectUri: string,
  state: string,
): string {
  const { clientId, organizationId: organization } = settings;
  return sdk(major, settings).sso.getAuthorizationUrl({ clientId, organization, redirectUri, state });
}

async function profileOf(major: SdkMajor, settings: VendorSettings, code: string) {
  const { profile } = await sdk(major, settings).sso.getProfileAndToken({
    code,
    clientId: settings.clientId,
  });
  return profile;
}

function sdk(major: SdkMajor, { apiKey, clientId, host }: VendorSettings): WorkOS8 | WorkOS11 {
  const options = { clientId, apiHostname: host.hostname, port: host.port, https: false };
  return major === 8 ? new WorkOS8(apiKey, options) : new WorkOS11(apiKey, options);
}

function page(response: ServerResponse, status: number, sentence: string): void {
  const text = sentence.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><html lang="en"><title>Vendor application</title><h1>${text}</h1></html>`);
}
