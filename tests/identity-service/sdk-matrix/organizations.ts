import { expect } from "vitest";
import { A_TIME, anId, notThere, type Scenario } from "./stage.ts";

export const ORGANIZATIONS: Scenario[] = [
  {
    name: "an organization is made, read, found, changed and deleted",
    async run({ workos: { organizations } }) {
      const made = await organizations.createOrganization({
        name: "Harbour",
        externalId: "harbour-1",
        metadata: { tier: "gold" },
        domainData: [{ domain: "harbour.example", state: "verified" as never }],
      });
      expect(made).toMatchObject({
        object: "organization",
        id: anId("org"),
        name: "Harbour",
        externalId: "harbour-1",
        metadata: { tier: "gold" },
        allowProfilesOutsideOrganization: false,
        createdAt: A_TIME,
        updatedAt: A_TIME,
        domains: [{ object: "organization_domain", domain: "harbour.example", state: "verified" }],
      });
      expect(made.domains[0]).toMatchObject({ organizationId: made.id, verificationStrategy: "manual" });
      expect(await organizations.getOrganization(made.id)).toEqual(made);
      expect(await organizations.getOrganizationByExternalId("harbour-1")).toEqual(made);
      expect((await organizations.listOrganizations({ domains: ["harbour.example"] })).data).toEqual([made]);
      const changed = await organizations.updateOrganization({
        organization: made.id,
        name: "Harbour & Sons",
        metadata: { tier: "silver" },
      });
      expect(changed).toMatchObject({ id: made.id, name: "Harbour & Sons", metadata: { tier: "silver" } });
      expect(await organizations.deleteOrganization(made.id)).toBeUndefined();
      await expect(organizations.getOrganization(made.id)).rejects.toMatchObject(notThere);
    },
  },
  {
    name: "a list is walked page by page, forwards and backwards",
    async run({ workos: { organizations }, here }) {
      const ids = [here.organizationId];
      for (const name of ["One", "Two", "Three", "Four"])
        ids.push((await organizations.createOrganization({ name })).id);
      const first = await organizations.listOrganizations({ limit: 2, order: "asc" });
      expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
      const after = first.listMetadata.after ?? "";
      const second = await organizations.listOrganizations({ limit: 2, order: "asc", after });
      expect(second.data.map(({ id }) => id)).toEqual(ids.slice(2, 4));
      const before = second.listMetadata.before ?? "";
      const back = await organizations.listOrganizations({ limit: 2, order: "asc", before });
      expect(back.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
      const all = await (await organizations.listOrganizations({ order: "asc" })).autoPagination();
      expect(all.map(({ id }) => id)).toEqual(ids);
      const last = await organizations.listOrganizations({ limit: 2, order: "asc", after: ids[3] ?? "" });
      expect([last.data.length, last.listMetadata.after ?? null]).toEqual([1, null]);
    },
  },
  {
    name: "a repeated request with an idempotency key makes one organization",
    async run({ workos: { organizations } }) {
      const make = () => organizations.createOrganization({ name: "Once" }, { idempotencyKey: "the same" });
      expect((await make()).id).toBe((await make()).id);
    },
  },
  {
    name: "a domain is added, read, asked to be proven and removed",
    async run({ workos: { organizationDomains, organizations }, here: { organizationId } }) {
      const made = await organizationDomains.createOrganizationDomain({
        organizationId,
        domain: "not-published.invalid",
      });
      expect(made).toMatchObject({
        object: "organization_domain",
        id: anId("org_domain"),
        organizationId,
        domain: "not-published.invalid",
        state: "pending",
        verificationStrategy: "dns",
        verificationToken: expect.stringMatching(/.{20}/),
        createdAt: A_TIME,
      });
      expect(await organizationDomains.getOrganizationDomain(made.id)).toEqual(made);
      // Not published in any name server: it stays to be proven, by the token that was asked for.
      const asked = await organizationDomains.verifyOrganizationDomain(made.id);
      expect(asked).toMatchObject({ id: made.id, state: "pending" });
      expect(asked.verificationToken).toBe(made.verificationToken);
      const { domains } = await organizations.getOrganization(organizationId);
      expect(domains.map(({ domain }) => domain).sort()).toEqual(["example.com", "not-published.invalid"]);
      expect(await organizationDomains.deleteOrganizationDomain(made.id)).toBeUndefined();
      await expect(organizationDomains.getOrganizationDomain(made.id)).rejects.toMatchObject(notThere);
    },
  },
  {
    name: "a link to the portal is made for what it is wanted for",
    async run({ workos: { adminPortal }, service, here: { organizationId } }) {
      for (const intent of ["sso", "dsync", "domain_verification"] as const) {
        const { link } = await adminPortal.generateLink({
          organization: organizationId,
          intent,
          returnUrl: "https://app.example/settings",
        });
        expect(new URL(link).origin).toBe(service.url);
        expect((await fetch(link)).status).toBe(200);
      }
      const unknown = adminPortal.generateLink({ organization: "org_none", intent: "sso" });
      await expect(unknown).rejects.toMatchObject(notThere);
    },
  },
];
