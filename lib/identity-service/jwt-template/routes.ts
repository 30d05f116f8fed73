import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { sql } from "../db.ts";
import type { Service } from "../service.ts";
import { invalid, WireError } from "../wire/errors.ts";
import { parse } from "../wire/params.ts";
import { iso } from "../wire/time.ts";
import { requireTemplate, TemplateProblem } from "./template.ts";

interface TemplateRow {
  content: string;
  created_at: Date;
  updated_at: Date;
}

const FIND = sql("jwt_template_find", "SELECT * FROM identity.jwt_templates WHERE environment_id = $1");
const SAVE = sql(
  "jwt_template_save",
  `INSERT INTO identity.jwt_templates (environment_id, content) VALUES ($1, $2)
   ON CONFLICT (environment_id) DO UPDATE SET content = excluded.content, updated_at = now() RETURNING *`,
);

export function jwtTemplateRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/user_management/jwt_template";
  app.get(at, async ({ environmentId }) => {
    const [row] = await db.query<TemplateRow>(environmentId, FIND, [environmentId]);
    if (!row)
      throw new WireError(404, {
        message: "This environment has no JWT template.",
        code: "entity_not_found",
      });
    return toWire(row);
  });
  app.put(at, async ({ environmentId, body }) => {
    const { content } = parse(z.object({ content: z.string() }), body);
    try {
      requireTemplate(content);
    } catch (error) {
      if (error instanceof TemplateProblem)
        throw invalid([{ field: "content", code: "invalid", message: error.message }], error.message);
      throw error;
    }
    const [row] = await db.query<TemplateRow>(environmentId, SAVE, [environmentId, content]);
    if (!row) throw new Error("The JWT template was not kept.");
    return toWire(row);
  });
}

function toWire({ content, created_at, updated_at }: TemplateRow) {
  return {
    object: "jwt_template" as const,
    content,
    created_at: iso(created_at),
    updated_at: iso(updated_at),
  };
}
