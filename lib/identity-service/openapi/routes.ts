import type { FastifyInstance } from "fastify";
import type { Service } from "../service.ts";

/** GET /sallyport/v1/openapi.json. It says nothing that is not in every copy of this program: no credential is asked. */
export function openApiRoutes(app: FastifyInstance, { env }: Service): void {
  app.get("/sallyport/v1/openapi.json", async () => {
    const { openApiDocument } = await import("./document.ts");
    return openApiDocument(env.baseUrl);
  });
}
