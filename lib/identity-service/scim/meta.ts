import { ScimError } from "./errors.ts";

interface Versioned {
  id: string;
  version: number;
  created_at: Date | string;
  updated_at: Date | string;
}

export function metaOf(resourceType: "User" | "Group", row: Versioned, location: string) {
  return {
    resourceType,
    created: new Date(row.created_at).toISOString(),
    lastModified: new Date(row.updated_at).toISOString(),
    location: `${location}/${resourceType}s/${row.id}`,
    version: etag(row.version),
  };
}

/** Weak: the same resource may be written with other attributes left out (RFC 7644, 3.14). */
export function etag(version: number): string {
  return `W/"${version}"`;
}

/** @throws ScimError 412 when the version the caller has seen is not the one there is. */
export function requireVersion(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined || isAmong(ifMatch, version)) return;
  throw new ScimError(412, "The resource has changed since it was read: read it again.");
}

/** Whether a list of entity tags names this version. */
export function isAmong(tags: string, version: number): boolean {
  return tags.split(",").some((tag) => {
    const bare = tag.trim().replace(/^W\//, "");
    return bare === "*" || bare === `"${version}"`;
  });
}
