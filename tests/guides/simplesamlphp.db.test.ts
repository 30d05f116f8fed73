import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getGuide } from "#lib/guides/library.ts";
import { filled } from "#lib/guides/shape.ts";
import { testDatabase } from "#tests/support/database.ts";
import { sdkFor } from "#tests/support/environment-calls.ts";
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

// The guide's own lines, copied as its reader copies them, into the product that it is about. Debian has version 1 of it.
describe.runIf(installed())("who follows the guide for SimpleSAMLphp", () => {
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

  test("has people signed in with their profile, and known again by a name that stays", async () => {
    const guide = await getGuide("simplesamlphp", "en");
    const lines = guide?.steps.find(({ id }) => id === "sp")?.code[0]?.text ?? "";
    const made = await service.manage<{ id: string; sp: ServiceProvider }>(
      "POST",
      `/environments/${environment.id}/connections`,
      {
        organization_id: environment.organizationId,
        connection_type: guide?.connectionType,
        name: "SimpleSAMLphp",
        state: "active",
        saml: { metadata_xml: await idp.metadata() },
        attribute_map: guide?.mapping,
      },
    );
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    // As the guide says of version 1.
    idp.trustAs(filled(lines, { ...made.body.sp }).replace("'identifyingAttribute'", "'attribute'"));
    const profiles = [await signIn(made.body.id), await signIn(made.body.id)];
    for (const profile of profiles)
      expect(profile).toMatchObject({ email: "grace@example.com", firstName: "Grace", lastName: "Hopper" });
    expect(profiles[0]?.idpId).toMatch(/^[0-9a-f]{40,}$/);
    expect(profiles[1]?.idpId).toBe(profiles[0]?.idpId);
  });

  async function signIn(connection: string) {
    const { clientId, redirectUri } = environment;
    const { sso } = sdkFor(service, environment);
    const url = sso.getAuthorizationUrl({ clientId, redirectUri, connection, state: "abc" });
    const walker = formWalker();
    const asked = await walker.open(url, redirectUri);
    const { username, password } = GRACE;
    const response = await walker.send(asked, { username, password }, redirectUri);
    const back = (await walker.send(response, {}, redirectUri)).url;
    const code = back.searchParams.get("code") ?? "";
    return (await sso.getProfileAndToken({ clientId, code })).profile;
  }
});
