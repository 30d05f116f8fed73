import { setTimeout as sleep } from "node:timers/promises";

export interface Answer {
  status: number;
  location: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: the one who asks knows what comes
  body: any;
}

export interface Ask {
  method?: string;
  /** JSON, or a form where it is URLSearchParams. */
  body?: unknown;
  bearer?: string;
  headers?: Record<string, string>;
}

/** Asks the service while it is killed again and again. */
export interface Client {
  /** The whole answer; or null where there was none, or one that says nothing about what was done. */
  ask(path: string, ask?: Ask): Promise<Answer | null>;
  /** Asks until there is an answer, as whoever tries again does. */
  insist(path: string, ask?: Ask): Promise<Answer>;
  /** Until then, whoever insists goes on. */
  readonly stopping: () => boolean;
  /** What should never be answered. */
  readonly faults: string[];
}

const PATIENCE_MS = 60_000;
let asked = 0;

export function crashClient(url: string, stopping: () => boolean): Client {
  const faults: string[] = [];
  const ask: Client["ask"] = async (path, { method = "GET", body, bearer, headers = {} } = {}) => {
    const form = body instanceof URLSearchParams;
    asked += 1;
    try {
      const answer = await fetch(path.startsWith("http") ? path : `${url}${path}`, {
        method,
        redirect: "manual",
        headers: {
          // Somebody else each time: it is not limits that are tried out here.
          "x-forwarded-for": `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`,
          ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
          ...(body === undefined || form ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.status === 503) throw new Error("It says to come again.");
      if (answer.status >= 500) {
        faults.push(`${method} ${path}: ${answer.status} ${text}`);
        return null;
      }
      const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
      return {
        status: answer.status,
        location: answer.headers.get("location"),
        body: isJson && text !== "" ? JSON.parse(text) : null,
      };
    } catch {
      // Nobody there, or without a database: no use in asking a thousand times a second.
      await sleep(20);
      return null;
    }
  };
  return {
    ask,
    async insist(path, what) {
      for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(20)) {
        const answer = await ask(path, what);
        if (answer) return answer;
        if (faults.length > 0) break;
      }
      throw new Error(`${path} is not answered. ${faults.join("\n")}`);
    },
    stopping,
    faults,
  };
}
