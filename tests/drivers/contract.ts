import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { whyNot } from "#lib/drivers/abilities.ts";
import type { Domain } from "#lib/drivers/domain-port.ts";
import type { IdentityDriver } from "#lib/drivers/port.ts";

/** One environment to drive, and a connection that was made in it by whatever way it has. */
export interface Backend {
  driver: IdentityDriver;
  /** The same environment, driven with a key that is not one of its keys. */
  stranger: IdentityDriver;
  /** Another environment of the same backend; null where the backend has only one. */
  neighbour: IdentityDriver | null;
  /** Makes a connection the way this backend allows, and returns its id. */
  connect(organizationId: string, name: string): Promise<string>;
  /** Makes a directory, and returns its id; null where there is no way at all. */
  provision: ((organizationId: string, name: string) => Promise<string>) | null;
  close(): Promise<void>;
}

/** What every driver promises, whoever is at the other end. docs/drivers.md lists where the two differ. */
export function contract(name: string, start: () => Promise<Backend>): void {
  describe(`the driver contract, ${name}`, () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await start();
    });
    afterAll(async () => await backend.close());

    const once = (key: string, again = false) => ({ key: `op_${name}_${key}`, again });
    const organization = async (title: string) =>
      await backend.driver.createOrganization({ name: title, domains: [] }, once(title));

    test("a check says who the environment is", async () => {
      const facts = await backend.driver.check();
      expect(facts.clientId).toMatch(/^client_/);
      expect(facts.baseUrl).toMatch(/^http:\/\//);
    });

    test("a key that is none of its keys is unauthenticated, in a sentence without the key", async () => {
      await expect(backend.stranger.listOrganizations("")).rejects.toMatchObject({
        kind: "unauthenticated",
        message: expect.not.stringContaining("sk_"),
      });
    });

    test("an organization is created with its domains, and found by its name", async () => {
      const draft = { name: "Northwind", domains: ["northwind.example"] };
      const made = await backend.driver.createOrganization(draft, once("northwind"));
      expect(made).toMatchObject({ name: "Northwind", domains: ["northwind.example"] });
      expect(await backend.driver.listOrganizations("northw")).toEqual([made]);
    });

    test("creating an organization again after its answer was lost makes no second one", async () => {
      const draft = { name: "Tailspin", domains: [] };
      const made = await backend.driver.createOrganization(draft, once("tailspin"));
      const again = await backend.driver.createOrganization(draft, once("tailspin", true));
      expect(again.id).toBe(made.id);
      expect(await backend.driver.listOrganizations("Tailspin")).toHaveLength(1);
    });

    test("a connection is listed and read the same", async () => {
      const { id: organizationId } = await organization("Fabrikam");
      const id = await backend.connect(organizationId, "Fabrikam Okta");
      const read = await backend.driver.getConnection(id);
      expect(read).toMatchObject({ id, organizationId, name: "Fabrikam Okta" });
      const { items } = await backend.driver.listConnections(null);
      expect(items).toContainEqual(read);
    });

    test("a list of connections has an end", async () => {
      const { id } = await organization("Adatum");
      for (let index = 0; index < 3; index++) await backend.connect(id, `Adatum ${index}`);
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const batch = await backend.driver.listConnections(after);
        seen.push(...batch.items.map((connection) => connection.id));
        after = batch.after;
      } while (after !== null);
      expect(new Set(seen).size).toBe(seen.length);
    });

    test("a connection that is removed is gone", async () => {
      const { id: organizationId } = await organization("Contoso");
      const id = await backend.connect(organizationId, "Contoso");
      await backend.driver.removeConnection(id);
      await expect(backend.driver.getConnection(id)).rejects.toMatchObject({ kind: "not_found" });
    });

    test("removing an unknown connection is not_found, never a silent success", async () => {
      await expect(backend.driver.removeConnection("conn_gone")).rejects.toMatchObject({ kind: "not_found" });
    });

    test("an id that tries to be a path stays an id", async () => {
      await expect(backend.driver.getConnection("../organizations")).rejects.toMatchObject({
        kind: "not_found",
      });
    });

    test("another environment's connection is not_found", async () => {
      if (!backend.neighbour) return;
      const { id: organizationId } = await organization("Woodgrove");
      const id = await backend.connect(organizationId, "Woodgrove");
      await expect(backend.neighbour.getConnection(id)).rejects.toMatchObject({ kind: "not_found" });
      await expect(backend.neighbour.removeConnection(id)).rejects.toMatchObject({ kind: "not_found" });
      expect((await backend.driver.getConnection(id)).id).toBe(id);
    });

    test("a directory is listed and read the same, and gone when removed", async () => {
      if (!backend.provision) return;
      const { id: organizationId } = await organization("Proseware");
      const id = await backend.provision(organizationId, "Proseware staff");
      const read = await backend.driver.getDirectory(id);
      expect(read).toMatchObject({ id, organizationId, name: "Proseware staff", state: "inactive" });
      const { items, after } = await backend.driver.listDirectories(null);
      expect(items).toContainEqual(read);
      expect(after).toBeNull();
      if (backend.neighbour) {
        await expect(backend.neighbour.getDirectory(id)).rejects.toMatchObject({ kind: "not_found" });
        await expect(backend.neighbour.removeDirectory(id)).rejects.toMatchObject({ kind: "not_found" });
      }
      await backend.driver.removeDirectory(id);
      await expect(backend.driver.getDirectory(id)).rejects.toMatchObject({ kind: "not_found" });
    });

    test("without directories the list is empty, and an unknown one is not_found", async () => {
      expect(await backend.driver.listDirectories(null)).toEqual({ items: [], after: null });
      await expect(backend.driver.getDirectory("directory_gone")).rejects.toMatchObject({
        kind: "not_found",
      });
      await expect(backend.driver.removeDirectory("directory_gone")).rejects.toMatchObject({
        kind: "not_found",
      });
      await expect(backend.driver.getDirectory("../organizations")).rejects.toMatchObject({
        kind: "not_found",
      });
    });

    test("a redirect URI is added once, and a second time refused in a sentence", async () => {
      const uri = "https://app.example.com/callback";
      expect(await backend.driver.addRedirectUri(uri, once("uri"))).toMatchObject({ uri });
      await expect(backend.driver.addRedirectUri(uri, once("uri-2"))).rejects.toMatchObject({
        kind: "invalid",
        message: expect.stringContaining("already exists"),
      });
    });

    test("removing an unknown redirect URI is not_found", async () => {
      await expect(backend.driver.removeRedirectUri("redir_gone")).rejects.toMatchObject({
        kind: "not_found",
      });
    });

    test("a domain is added with the record that proves it, listed and read the same, and gone when removed", async () => {
      const { id: organizationId } = await organization("Alpine");
      const { domains } = backend.driver;
      const made = await domains.add(organizationId, "alpine.example", once("domain"));
      expect(made).toMatchObject({
        organizationId,
        name: "alpine.example",
        state: "pending",
        lastLook: null,
      });
      expect(made.record?.name).toMatch(/\.alpine\.example$/);
      expect(made.record?.value).toMatch(/^verification_token=.+/);
      expect(await domains.get(made.id)).toEqual(made);
      const shown = { ...made, organizationName: "Alpine" };
      expect(await domains.listOf(organizationId)).toEqual([shown]);
      const listed: Domain[] = [];
      let after: string | null = null;
      do {
        const batch = await domains.list(after);
        listed.push(...batch.items);
        after = batch.after;
      } while (after !== null);
      expect(listed).toContainEqual(shown);
      if (backend.neighbour) {
        const { domains: foreign } = backend.neighbour;
        for (const reach of [foreign.get, foreign.check, foreign.remove])
          await expect(reach(made.id)).rejects.toMatchObject({ kind: "not_found" });
        expect((await foreign.list(null)).items).toEqual([]);
      }
      await domains.remove(made.id);
      await expect(domains.get(made.id)).rejects.toMatchObject({ kind: "not_found" });
      expect(await domains.listOf(organizationId)).toEqual([]);
    });

    test("a domain that an organization has already is a conflict; added again by the same operation it is the one there is", async () => {
      const { id: organizationId } = await organization("Trey");
      const { domains } = backend.driver;
      const made = await domains.add(organizationId, "trey.example", once("trey"));
      expect(await domains.add(organizationId, "trey.example", once("trey", true))).toMatchObject({
        id: made.id,
      });
      await expect(domains.add(organizationId, "trey.example", once("trey-2"))).rejects.toMatchObject({
        kind: "conflict",
      });
    });

    test("an unknown domain is not_found, and an id that tries to be a path stays an id", async () => {
      const { domains } = backend.driver;
      for (const id of ["org_domain_gone", "../organizations"])
        for (const reach of [domains.get, domains.check, domains.remove])
          await expect(reach(id)).rejects.toMatchObject({ kind: "not_found" });
    });

    test("a set-up link is a whole URL", async () => {
      const { id } = await organization("Lamna");
      for (const purpose of ["connection", "directory"] as const)
        expect((await backend.driver.createSetupLink(id, purpose)).protocol).toMatch(/^https?:$/);
    });

    test("an organization is found by its id; an unknown one is not_found, and an id that tries to be a path stays an id", async () => {
      const made = await organization("Relecloud");
      expect(await backend.driver.getOrganization(made.id)).toEqual(made);
      for (const id of ["org_gone", "../connections"])
        await expect(backend.driver.getOrganization(id)).rejects.toMatchObject({ kind: "not_found" });
    });

    test("a ticket is read by the environment it was made in, as often as it is asked, and by no other", async () => {
      const { tickets } = backend.driver;
      if (!tickets) return expect(whyNot("workos", "read_tickets")).not.toBeNull();
      const { id, name } = await organization("Munson");
      const link = await backend.driver.createSetupLink(id, "directory");
      const token = link.searchParams.get("token") ?? "";
      for (let time = 0; time < 2; time++)
        expect(await tickets.read(token)).toEqual({
          state: "valid",
          ticket: {
            ...{ organizationId: id, organizationName: name, intent: "dsync" },
            ...{ returnUrl: null, successUrl: null, expiresAt: expect.any(Date) },
          },
        });
      expect(await backend.neighbour?.tickets?.read(token)).toEqual({ state: "not_genuine" });
      const [head, claims, signature = ""] = token.split(".");
      for (const forged of [
        "",
        "a.b.c",
        `${head}.${claims}`,
        `${head}.${claims}.${signature.slice(0, -8)}AAAAAAAA`,
      ])
        expect(await tickets.read(forged)).toEqual({ state: "not_genuine" });
    });
  });
}
