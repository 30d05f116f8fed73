import { WorkOS } from "@workos-inc/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { formWalker } from "#tests/support/form-walker.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import {
  GRACE,
  installed,
  type ServiceProvider,
  type SimpleSamlPhp,
  startSimpleSamlPhp,
} from "#tests/support/simplesamlphp.ts";
import { isSignedIn, sessionFor } from "#tests/support/sso-sessions.ts";

interface ManagedConnection {
  id: string;
  sp: ServiceProvider;
}
interface Trace {
  checks: { id: string; result: string }[];
}

// Debian: apt-get install simplesamlphp php-cli php-xml. It is a real identity provider that none of us wrote.
describe.runIf(installed())("simpleSAMLphp as the identity provider", () => {
  let service: RunningIdentityService;
  let idp: SimpleSamlPhp;
  let environment: TestEnvironment;

  beforeAll(async () => {
    const database = await testDatabase();
    service = await startIdentityService(database.identityUrl);
    idp = await startSimpleSamlPhp();
    environment = await prepareEnvironment(service);
  });
  afterAll(async () => {
    await idp?.close();
    await service?.close();
  });

  const home = () => `/environments/${environment.id}/connections`;

  /** A connection made from what the identity provider says of itself, which is then told about it. */
  async function connect(): Promise<ManagedConnection> {
    const made = await service.manage<ManagedConnection>("POST", home(), {
      organization_id: environment.organizationId,
      connection_type: "SimpleSamlPhpSAML",
      name: "simpleSAMLphp",
      state: "active",
      saml: { metadata_xml: await idp.metadata() },
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    idp.trust(made.body.sp);
    return made.body;
  }

  function application(): WorkOS {
    const { apiKey, clientId } = environment;
    return new WorkOS(apiKey, { clientId, apiHostname: "127.0.0.1", port: service.port, https: false });
  }

  function begin(connection: ManagedConnection): string {
    const { clientId, redirectUri } = environment;
    return application().sso.getAuthorizationUrl({
      clientId,
      redirectUri,
      connection: connection.id,
      state: "abc",
    });
  }

  /** What a person does, from the application's button to the address the application is called back at. */
  async function signIn(connection: ManagedConnection, walker = formWalker()): Promise<URL> {
    const { redirectUri } = environment;
    const asked = await walker.open(begin(connection), redirectUri);
    expect(asked.url.origin).toBe(idp.url);
    const { username, password } = GRACE;
    const response = await walker.send(asked, { username, password }, redirectUri);
    return (await walker.send(response, {}, redirectUri)).url;
  }

  test("a person who enters her password there is signed in, with the profile it tells", async () => {
    const connection = await connect();
    const back = await signIn(connection);
    expect(back.searchParams.get("state")).toBe("abc");
    const { profile } = await application().sso.getProfileAndToken({
      clientId: environment.clientId,
      code: back.searchParams.get("code") ?? "",
    });
    expect(profile).toMatchObject({
      email: "grace@example.com",
      firstName: "Grace",
      lastName: "Hopper",
      idpId: "grace@example.com",
      connectionId: connection.id,
      connectionType: "SimpleSamlPhpSAML",
      organizationId: environment.organizationId,
    });
  });

  describe("signing out", () => {
    /** Signed in to a session, with the browser that did it, so that simpleSAMLphp knows it again. */
    async function signedInBy() {
      const connection = await connect();
      const { body } = await service.manage<{ data: { purpose: string; certificate: string }[] }>(
        "GET",
        `/environments/${environment.id}/signing_keys`,
      );
      const key = body.data.find(({ purpose }) => purpose === "saml");
      idp.trust(connection.sp, key?.certificate ?? "");
      const browser = formWalker();
      const code = (await signIn(connection, browser)).searchParams.get("code") ?? "";
      const asksPassword = async () => {
        const page = await browser.open(begin(connection), environment.redirectUri);
        return page.text.includes('name="password"');
      };
      return { browser, session: await sessionFor(service, environment, code), asksPassword };
    }

    test("of the application ends the session at simpleSAMLphp, which asks for the password again", async () => {
      const { browser, session, asksPassword } = await signedInBy();
      const { redirectUri } = environment;
      expect(await asksPassword()).toBe(false);
      const query = new URLSearchParams({ session_id: session.sessionId, return_to: redirectUri });
      const out = `${service.url}/user_management/sessions/logout?${query}`;
      expect((await browser.open(out, redirectUri)).url.href).toBe(redirectUri);
      expect(await asksPassword()).toBe(true);
    });

    test("at simpleSAMLphp ends the session of the application", async () => {
      const { browser, session, asksPassword } = await signedInBy();
      const bye = `${idp.url}/bye`;
      const out = await browser.open(`${idp.url}/saml2/idp/initSLO.php?RelayState=${bye}`, bye);
      expect(out.url.href).toBe(bye);
      expect(await isSignedIn(service, environment, session)).toBe(false);
      expect(await asksPassword()).toBe(true);
    });
  });

  test("once it signs with a key that is not in the metadata we hold, nobody is signed in", async () => {
    const connection = await connect();
    idp.changeKey();
    const back = await signIn(connection);
    expect(back.searchParams.get("error")).toBe("server_error");
    expect(back.searchParams.has("code")).toBe(false);
    const { body } = await service.manage<{ data: Trace[] }>("GET", `${home()}/${connection.id}/traces`);
    const failed = body.data[0]?.checks.filter(({ result }) => result === "failed");
    expect(failed?.map(({ id }) => id)).toEqual(["response.signature.value"]);
  });
});
