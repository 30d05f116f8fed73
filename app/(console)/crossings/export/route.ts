import type { NextRequest } from "next/server";
import { crossingsFile } from "../crossings-file.ts";

/** The crossings as a file: `?format=csv` or `ndjson`, and the filters of the page. */
export function GET(request: NextRequest): Promise<Response> {
  return crossingsFile(request);
}
