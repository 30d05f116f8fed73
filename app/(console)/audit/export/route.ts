import type { NextRequest } from "next/server";
import { auditFile } from "../audit-file.ts";

/** The log as a file: `?format=csv` or `ndjson`, and the filters of the page. */
export function GET(request: NextRequest): Promise<Response> {
  return auditFile(request);
}
