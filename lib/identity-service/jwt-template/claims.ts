import { type Database, sql } from "../db.ts";
import type { Standing } from "../sessions/tokens.ts";
import { type UserRow, userToWire } from "../users/user.ts";
import { oauthError } from "../wire/errors.ts";
import { renderTemplate, TemplateProblem } from "./template.ts";

const FIND = sql(
  "jwt_template_content",
  "SELECT content FROM identity.jwt_templates WHERE environment_id = $1",
);

/** What the environment's template adds to somebody's access token. @throws WireError 400 `token_too_big` */
export async function addedClaims(
  db: Database,
  environmentId: string,
  { user, standing }: { user: UserRow; standing: Standing | null },
): Promise<Record<string, unknown>> {
  const [template] = await db.query<{ content: string }>(environmentId, FIND, [environmentId]);
  if (!template) return {};
  try {
    return renderTemplate(template.content, {
      user: userToWire(user),
      organization: standing && {
        id: standing.organization_id,
        name: standing.name,
        external_id: standing.external_id,
        metadata: standing.metadata,
      },
      organization_membership: standing && {
        id: standing.membership.id,
        role: standing.role_slugs[0] ?? null,
        roles: standing.role_slugs,
        custom_attributes: standing.membership.custom_attributes,
      },
    });
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    throw oauthError("token_too_big", `The environment's JWT template cannot be filled in: ${error.message}`);
  }
}
