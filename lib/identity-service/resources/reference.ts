import { z } from "zod";
import { invalid } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";

/** Which resource is meant: by its id, or by what the application calls it, within one organization. */
export type Reference = { id: string } | { type: string; externalId: string };

const text = z.string().min(1).max(200);

/** How bodies name a resource; left out where the organization itself is meant. */
export const NameResource = z
  .object({
    resource_id: text.optional(),
    resource_external_id: text.optional(),
    resource_type_slug: text.optional(),
  })
  .transform((named, context) =>
    oneWay(context, named.resource_id, named.resource_type_slug, named.resource_external_id, "resource_"),
  );

/** How bodies name the resource above another one. */
export const NameParent = z
  .object({
    parent_resource_id: text.nullish(),
    parent_resource_external_id: text.optional(),
    parent_resource_type_slug: text.optional(),
  })
  .transform((named, context) => ({
    parent: oneWay(
      context,
      named.parent_resource_id ?? undefined,
      named.parent_resource_type_slug,
      named.parent_resource_external_id,
      "parent_resource_",
    ),
  }));

/** @throws WireError 422 where a request that needs a resource names none. */
export function named(reference: Reference | null, prefix = "resource_"): Reference {
  if (reference) return reference;
  const message = `Give ${prefix}id, or both ${prefix}external_id and ${prefix}type_slug.`;
  throw invalid([{ field: `${prefix}id`, code: "required", message }]);
}

/** A resource that a query names with the parameters `<prefix>id`, `<prefix>type_slug` and `external`. */
export function readReference(query: Params, prefix: string, external: string): Reference | null {
  const [id, type, externalId] = [`${prefix}id`, `${prefix}type_slug`, external].map((name) =>
    one(query, name),
  );
  if (id !== undefined && type === undefined && externalId === undefined) return { id };
  if (id === undefined && type !== undefined && externalId !== undefined) return { type, externalId };
  if (id === undefined && type === undefined && externalId === undefined) return null;
  const message = `Give either ${prefix}id, or both ${external} and ${prefix}type_slug.`;
  throw invalid([{ field: `${prefix}id`, code: "invalid", message }]);
}

function oneWay(
  context: z.core.$RefinementCtx,
  id: string | undefined,
  type: string | undefined,
  externalId: string | undefined,
  prefix: string,
): Reference | null {
  if (id !== undefined && type === undefined && externalId === undefined) return { id };
  if (id === undefined && type !== undefined && externalId !== undefined) return { type, externalId };
  if (id !== undefined || type !== undefined || externalId !== undefined)
    context.addIssue({
      code: "custom",
      path: [`${prefix}id`],
      message: `Give either ${prefix}id, or both ${prefix}external_id and ${prefix}type_slug.`,
    });
  return null;
}
