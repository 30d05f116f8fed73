/** SAML Jackson's directory sync behind HTTP, on the PostgreSQL of DATABASE_URL. Started by scim-write.bench.ts. */
import { createServer, type IncomingMessage } from "node:http";
import { startJackson } from "./jackson.ts";

const port = Number(process.env.PORT);
const { directorySyncController } = await startJackson({
  externalUrl: `http://127.0.0.1:${port}`,
  samlPath: "/api/oauth/saml",
  scimPath: "/scim/v2.0",
  // Events go nowhere: without this it would say so on the console for each, which costs it.
  dsync: { callback: async () => undefined },
  db: { engine: "sql", type: "postgres", url: process.env.DATABASE_URL, pageLimit: 50 },
});
const { data } = await directorySyncController.directories.create({
  tenant: "bench",
  product: "bench",
  name: "Staff",
  type: "okta-scim-v2",
});

createServer(async (request, response) => {
  if (request.url === "/health") return response.end("{}");
  // /scim/v2.0/<directory>/<Users>[/<id>]
  const [, , , directoryId, resourceType, resourceId] = (request.url ?? "").split("/");
  const answer = await directorySyncController.requests.handle({
    method: request.method,
    directoryId,
    resourceType,
    resourceId,
    body: await readJson(request),
    apiSecret: request.headers.authorization?.slice("Bearer ".length) ?? null,
    query: {},
  });
  const text = JSON.stringify(answer.data);
  response
    .writeHead(answer.status, {
      "content-type": "application/scim+json",
      "content-length": Buffer.byteLength(text),
    })
    .end(text);
}).listen(port, "127.0.0.1");
process.send?.({
  path: new URL(data.scim.endpoint ?? `http://localhost${data.scim.path}`).pathname,
  token: data.scim.secret,
});

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text === "" ? undefined : JSON.parse(text);
}
