import { reasonFor } from "./capabilities.ts";
import { WireError } from "./errors.ts";
import { OPERATIONS, OTHER_OPERATIONS } from "./operations.ts";

/** The refusal for a request that no route took: an operation this service does not offer, or nothing anybody knows. */
export function notOffered(method: string, url: string): WireError {
  const path = url.split("?", 1)[0] ?? url;
  const known = patterns().some(([pattern, methods]) => methods.includes(method) && pattern.test(path));
  if (!known) return new WireError(404, { message: `Not found: '${method} ${path}'.`, code: "not_found" });
  return new WireError(400, {
    message: `${method} ${path} is not supported by the offline identity service. ${reasonFor(path)}`,
    code: "not_supported_offline",
  });
}

let compiled: [RegExp, string[]][] | undefined;

function patterns(): [RegExp, string[]][] {
  compiled ??= [...OPERATIONS, ...OTHER_OPERATIONS].map((line) => {
    const [path = "", ...methods] = line.split(" ");
    return [new RegExp(`^${path.replaceAll("*", "[^/]+")}/?$`), methods];
  });
  return compiled;
}
