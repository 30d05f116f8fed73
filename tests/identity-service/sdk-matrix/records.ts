import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import { beginDeliveries } from "#lib/identity-service/webhooks/deliver.ts";
import { A_TIME, anId, manage, newMember, type Scenario, type Stage, wire } from "./stage.ts";

/** Delivers what is due to an endpoint of the test's own, and gives what came in. */
async function received(
  stage: Stage,
  cause: (address: string) => Promise<void>,
): Promise<{ body: string; signature: string }[]> {
  const came: { body: string; signature: string }[] = [];
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const signature = String(request.headers["workos-signature"]);
    came.push({ body: Buffer.concat(chunks).toString(), signature });
    response.writeHead(200).end();
  });
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  try {
    // An endpoint begins with the first event that nobody could read yet: none of before may be among them.
    await stage.eventsReadable();
    await cause(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`);
    await stage.eventsReadable();
    let begun: Promise<unknown>[];
    do {
      begun = await beginDeliveries(stage.service.parts, 20);
      await Promise.all(begun);
    } while (begun.length > 0);
  } finally {
    receiver.close();
  }
  return came;
}

export const RECORDS: Scenario[] = [
  {
    name: "events tell what happened, in order, from where one left off, of one organization",
    async run(stage) {
      const { events, organizations } = stage.workos;
      const { user, membership, organizationId } = await newMember(stage);
      const wanted = ["user.created" as const, "organization_membership.created" as const];
      await stage.eventsReadable();
      const all = await events.listEvents({ events: wanted });
      expect(all.data).toMatchObject([
        {
          id: anId("event"),
          event: "user.created",
          createdAt: A_TIME,
          data: { object: "user", id: user.id, email: user.email, firstName: "Kim", createdAt: A_TIME },
        },
        {
          event: "organization_membership.created",
          data: { id: membership.id, userId: user.id, organizationId, role: { slug: "member" } },
        },
      ]);
      const first = await events.listEvents({ events: wanted, limit: 1 });
      expect(first.data).toEqual(all.data.slice(0, 1));
      const after = first.listMetadata.after ?? "";
      expect((await events.listEvents({ events: wanted, after })).data).toEqual(all.data.slice(1));
      const other = await organizations.createOrganization({ name: "Other" });
      await stage.eventsReadable();
      const ofOther = await events.listEvents({ events: ["organization.created"], organizationId: other.id });
      expect(ofOther.data).toMatchObject([
        { event: "organization.created", data: { id: other.id, name: "Other" } },
      ]);
      const rangeStart = new Date(Date.now() + 60_000).toISOString();
      expect((await events.listEvents({ events: wanted, rangeStart })).data).toEqual([]);
    },
  },
  {
    name: "a webhook endpoint is made, changed, listed and removed, and what it is sent verifies",
    needs: ["webhooks.createWebhookEndpoint"],
    async run(stage) {
      const { webhooks, organizations } = stage.workos;
      await manage(stage, "PATCH", "", { settings: { webhooks: { private_addresses: true } } });
      let secret = "";
      const [came] = await received(stage, async (endpointUrl) => {
        const made = await webhooks.createWebhookEndpoint({
          endpointUrl,
          events: ["organization.created"],
        });
        expect(made).toMatchObject({
          object: "webhook_endpoint",
          id: anId("we"),
          endpointUrl,
          status: "enabled",
          events: ["organization.created"],
          secret: expect.stringMatching(/^whsec_/),
          createdAt: expect.any(Date),
        });
        expect((await webhooks.listWebhookEndpoints()).data).toMatchObject([{ id: made.id, endpointUrl }]);
        secret = made.secret;
        await organizations.createOrganization({ name: "Told" });
      });
      const payload = JSON.parse(came?.body ?? "");
      const given = { payload, sigHeader: came?.signature ?? "", secret };
      const event = await webhooks.constructEvent(given);
      expect(event).toMatchObject({ event: "organization.created", data: { name: "Told" } });
      expect(await webhooks.verifyHeader(given)).toBe(true);
      const [timestamp, hash] = webhooks.getTimestampAndSignatureHash(given.sigHeader);
      expect(await webhooks.computeSignature(timestamp, payload, secret)).toBe(hash);
      await expect(webhooks.constructEvent({ ...given, secret: "whsec_other" })).rejects.toThrow();
      const { data } = await webhooks.listWebhookEndpoints();
      const id = data[0]?.id ?? "";
      const changed = await webhooks.updateWebhookEndpoint({
        id,
        status: "disabled",
        events: ["user.created", "user.deleted"],
      });
      expect(changed).toMatchObject({ id, status: "disabled", events: ["user.created", "user.deleted"] });
      expect(await webhooks.deleteWebhookEndpoint({ id })).toBeUndefined();
      expect((await webhooks.listWebhookEndpoints()).data).toEqual([]);
    },
  },
  {
    name: "a delivery verifies where the SDK cannot make endpoints",
    async run(stage) {
      const { webhooks, organizations } = stage.workos;
      await manage(stage, "PATCH", "", { settings: { webhooks: { private_addresses: true } } });
      let secret = "";
      const [came] = await received(stage, async (endpoint_url) => {
        const events = ["organization.created"];
        const made = await wire(stage, "POST", "/webhook_endpoints", { endpoint_url, events });
        secret = made.body.secret;
        await organizations.createOrganization({ name: "Told" });
      });
      const payload = JSON.parse(came?.body ?? "");
      const given = { payload, sigHeader: came?.signature ?? "", secret };
      expect(await webhooks.constructEvent(given)).toMatchObject({ event: "organization.created" });
      expect(await webhooks.verifyHeader(given)).toBe(true);
      const [timestamp, hash] = webhooks.getTimestampAndSignatureHash(given.sigHeader);
      expect(await webhooks.computeSignature(timestamp, payload, secret)).toBe(hash);
      await expect(webhooks.constructEvent({ ...given, secret: "whsec_other" })).rejects.toThrow();
    },
  },
  {
    name: "an audit log event is kept, and handed out again as a file",
    async run({ workos: { auditLogs }, here: { organizationId } }) {
      const action = "invoice.viewed";
      const schema = await auditLogs.createSchema({
        action,
        actor: { metadata: { role: "string" } },
        targets: [{ type: "invoice", metadata: { cost: "number" } }],
        metadata: { paid: "boolean" },
      });
      expect(schema).toMatchObject({
        object: "audit_log_schema",
        version: 1,
        targets: [{ type: "invoice", metadata: { cost: "number" } }],
        actor: { metadata: { role: "string" } },
        metadata: { paid: "boolean" },
        createdAt: A_TIME,
      });
      const event = {
        action,
        occurredAt: new Date(),
        actor: { id: "user_1", type: "user", name: "Night clerk", metadata: { role: "clerk" } },
        targets: [{ id: "invoice_9", type: "invoice", metadata: { cost: 12.5 } }],
        context: { location: "10.0.0.1", userAgent: "Browser" },
        metadata: { paid: true },
      };
      expect(await auditLogs.createEvent(organizationId, event)).toBeUndefined();
      await expect(
        auditLogs.createEvent(organizationId, { ...event, action: "not.known" }),
      ).rejects.toMatchObject({
        status: 400,
      });
      const made = await auditLogs.createExport({
        organizationId,
        rangeStart: new Date(Date.now() - 3_600_000),
        rangeEnd: new Date(Date.now() + 3_600_000),
        actions: [action],
      });
      expect(made).toMatchObject({
        object: "audit_log_export",
        id: anId("audit_log_export"),
        createdAt: A_TIME,
      });
      const ready = await auditLogs.getExport(made.id);
      expect(ready).toMatchObject({ id: made.id, state: "ready" });
      const file = await (await fetch(ready.url ?? "")).text();
      expect(file).toContain(action);
      expect(file).toContain("Night clerk");
    },
  },
  {
    name: "schemas of audit log events are listed, and how long they are kept is set",
    needs: ["auditLogs.listSchemas"],
    async run({ workos: { auditLogs }, here: { organizationId } }) {
      for (const type of ["invoice", "receipt"])
        await auditLogs.createSchema({ action: "paper.shred", targets: [{ type }] });
      const { data } = await auditLogs.listSchemas("paper.shred");
      expect(data.map(({ version, targets }) => [version, targets[0]?.type])).toEqual([
        [2, "receipt"],
        [1, "invoice"],
      ]);
      const set = await auditLogs.updateOrganizationAuditLogsRetention({
        id: organizationId,
        retentionPeriod: "1_YEAR",
      });
      expect(set).toEqual({ retentionPeriodInDays: 365 });
      expect(await auditLogs.getOrganizationAuditLogsRetention({ id: organizationId })).toEqual(set);
    },
  },
];
