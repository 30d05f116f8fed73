import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { PATIENCE } from "#lib/drivers/transport.ts";
import { asSystem } from "#lib/platform/db.ts";
import { newId } from "#lib/shared/ids.ts";
import { testDatabase } from "#tests/support/database.ts";
import { type RunningIdentityService, startIdentityService } from "#tests/support/identity-service.ts";

/** What stands between the console and a site, and may break there. */
export interface Line {
  url: string;
  /** Each entry spoils one coming request; `null` lets one through. Afterwards all is well again. */
  spoil(...next: (Trouble | null)[]): void;
  close(): Promise<void>;
}

/** `lost`: the site did its work, and the answer never came. `down`: the site was not reached. A number: that status. */
export type Trouble = "lost" | "down" | number;

/** The console's database with two customers, and a real offline identity service behind a line that can break. */
export interface Site {
  service: RunningIdentityService;
  line: Line;
  customerId: string;
  deploymentId: string;
  strangerId: string;
  strangerDeploymentId: string;
  /** Its database, past every rule. */
  adminUrl: string;
  close(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  // As many tries as ever, without the pauses between them.
  PATIENCE.sleep = async () => undefined;
  const { identityUrl, adminUrl } = await testDatabase();
  const line = await startLine();
  const service = await startIdentityService(identityUrl, { baseUrl: line.url });
  line.to(service.port);
  process.env.SALLYPORT_IDENTITY_URL = line.url;
  process.env.SALLYPORT_IDENTITY_MANAGEMENT_TOKEN = service.managementToken;
  const [customerId, deploymentId] = await aDeployment("Contoso");
  const [strangerId, strangerDeploymentId] = await aDeployment("Fabrikam");
  const close = async () => {
    await service.close();
    await line.close();
  };
  return { service, line, customerId, deploymentId, strangerId, strangerDeploymentId, adminUrl, close };
}

async function aDeployment(name: string): Promise<[customerId: string, deploymentId: string]> {
  const [customerId, deploymentId] = [newId("cus"), newId("dep")];
  await asSystem("a test prepares its customers", async (tx) => {
    await tx.customer.create({ data: { id: customerId, name, slug: name.toLowerCase() } });
    await tx.deployment.create({ data: { id: deploymentId, customerId, name: "Main", mode: "restricted" } });
  });
  return [customerId, deploymentId];
}

async function startLine(): Promise<Line & { to(port: number): void }> {
  let port = 0;
  let troubles: (Trouble | null)[] = [];
  const server = createServer((request, response) => {
    // The proof of the host is not what a test wants to spoil.
    const proof = request.url?.startsWith("/sallyport/v1/service");
    const trouble = proof ? null : (troubles.shift() ?? null);
    if (trouble === "down") return void response.destroy();
    if (typeof trouble === "number")
      return void response
        .writeHead(trouble, { "Content-Type": "application/json" })
        .end('{"message":"Spoiled"}');
    const { method, url, headers } = request;
    const onward = forward({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
      if (trouble === "lost") {
        answer.resume();
        answer.on("end", () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    to: (to) => {
      port = to;
    },
    spoil: (...next) => {
      troubles = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
