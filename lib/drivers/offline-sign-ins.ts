import { z } from "zod";
import type { Manage } from "./management.ts";
import { TraceAnswer } from "./offline-traces.ts";
import type { SignInWatch } from "./sign-in-port.ts";

const Hours = z
  .object({
    data: z.array(z.object({ hour: z.iso.datetime({ offset: true }), passed: z.int(), failed: z.int() })),
  })
  .transform(({ data }) => data.map(({ hour, ...counts }) => ({ hour: new Date(hour), ...counts })));

const Failures = z.object({
  data: z.array(
    z
      .looseObject({ connection_id: z.string(), connection_name: z.string() })
      .transform(({ connection_id, connection_name, ...trace }, context) => {
        const parsed = TraceAnswer.safeParse(trace);
        if (parsed.success)
          return { ...parsed.data, connectionId: connection_id, connectionName: connection_name };
        context.addIssue("This is no trace of a sign-in.");
        return z.NEVER;
      }),
  ),
});

export function signInWatch(manage: Manage, home: string): SignInWatch {
  const path = (what: string, organizationId: string | null) => {
    const query = new URLSearchParams({
      limit: "50",
      ...(organizationId ? { organization_id: organizationId } : {}),
    });
    return `${home}/sign_ins/${what}?${query}`;
  };
  return {
    hours: (id) => manage({ method: "GET", path: path("hours", id), answer: Hours }),
    failures: async (id) =>
      (await manage({ method: "GET", path: path("failures", id), answer: Failures })).data,
  };
}
