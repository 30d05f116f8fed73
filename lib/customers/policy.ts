/**
 * What two spellings of one name have in common: "Hafenbank AG" and "HAFENBANK  AG" are `hafenbank-ag`. It is unique,
 * so that nobody makes the same customer twice. Letters of every script count.
 */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
}

/** Why a customer cannot be archived yet, or null. What is archived must not keep signing people in. */
export function archiveObstacle(openDeployments: number): string | null {
  if (openDeployments === 0) return null;
  const what = openDeployments === 1 ? "its deployment" : `its ${openDeployments} deployments`;
  return `Archive ${what} first: an archived customer has none that still run.`;
}
