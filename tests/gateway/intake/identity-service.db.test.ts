import { expect, test } from "vitest";
import { beginDeliveries } from "#lib/identity-service/webhooks/deliver.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsReadable } from "#tests/support/environment-calls.ts";
import { intakeConfiguration, startTestIntake, WEBHOOK_PATH } from "#tests/support/gateway/intake.ts";
import { prepareEnvironment, startIdentityService } from "#tests/support/identity-service.ts";

test("what an identity service brings by webhook lies in the relay as its Events API tells it", async () => {
  const database = await testDatabase();
  await using undo = new AsyncDisposableStack();
  const service = await startIdentityService(database.identityUrl);
  undo.defer(() => service.close());
  const intake = await startTestIntake(database.gatewayUrl, intakeConfiguration());
  undo.defer(() => intake.close());
  const here = await prepareEnvironment(service);
  await service.manage("PATCH", `/environments/${here.id}`, {
    settings: { webhooks: { private_addresses: true } },
  });
  await eventsReadable(database.adminUrl);
  const call = (method: string, path: string, body?: unknown) => callWire(service, here, method, path, body);
  const { body: endpoint } = await call("POST", "/webhook_endpoints", {
    endpoint_url: `http://127.0.0.1:${intake.port}${WEBHOOK_PATH}`,
    events: ["organization.created", "organization.updated"],
  });
  intake.configure(intakeConfiguration({}, { secrets: [endpoint.secret] }));
  const { body: organization } = await call("POST", "/organizations", { name: "Ada’s “Œuvre”\u2028" });
  await call("PUT", `/organizations/${organization.id}`, { name: "Ada" });
  await eventsReadable(database.adminUrl);
  await Promise.all(await beginDeliveries(service.parts, 10));

  const { body: told } = await call("GET", "/events?events=organization.created&events=organization.updated");
  const ofIt = told.data.filter(({ data }: { data: { id: string } }) => data.id === organization.id);
  const { rows } = await intake.pool.query(
    "SELECT body, object, origin FROM boundary.relay_events ORDER BY seq",
  );
  expect(rows.map(({ body }) => body)).toEqual(ofIt);
  expect(rows).toHaveLength(2);
  expect(new Set(rows.map(({ object, origin }) => `${object} ${origin}`))).toEqual(
    new Set([`${organization.id} webhook`]),
  );
  expect((await intake.crossings()).map(({ outcome, correlation_id }) => [outcome, correlation_id])).toEqual(
    ofIt.map(({ id }: { id: string }) => ["allowed", id]),
  );
});
