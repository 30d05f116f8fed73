import { type NextProxy, NextRequest } from "next/server.js";

/** What Next.js keeps for a request while a page, a route or an action runs; the mocked `next/headers` reads it. */
export const nextRequest: { headers: Headers; cookies: BrowserCookies } = {
  headers: new Headers(),
  cookies: browserCookies(),
};

interface CookieSettings {
  name?: string;
  value?: string;
  maxAge?: number;
}

/** A browser's cookies, with the methods that Next.js's `cookies()` gives to an action. */
export interface BrowserCookies {
  get(name: string): { name: string; value: string } | undefined;
  getAll(): { name: string; value: string }[];
  has(name: string): boolean;
  set(name: string, value: string, settings?: CookieSettings): void;
  delete(cookie: string | { name: string }): void;
  /** As the browser sends them, and as it takes them from a response. */
  header(): string;
  take(headers: Headers): void;
}

export function browserCookies(): BrowserCookies {
  const kept = new Map<string, string>();
  const cookies: BrowserCookies = {
    get: (name) => {
      const value = kept.get(name);
      return value === undefined ? undefined : { name, value };
    },
    getAll: () => [...kept].map(([name, value]) => ({ name, value })),
    has: (name) => kept.has(name),
    set: (name, value, { maxAge } = {}) => {
      if (value === "" || maxAge === 0) kept.delete(name);
      else kept.set(name, value);
    },
    delete: (cookie) => {
      kept.delete(typeof cookie === "string" ? cookie : cookie.name);
    },
    header: () => [...kept].map(([name, value]) => `${name}=${value}`).join("; "),
    take: (headers) => {
      for (const line of headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value, /max-age=0/i.test(line) ? { maxAge: 0 } : {});
      }
    },
  };
  return cookies;
}

/** Where a visit ended: at a page and what it gave, or at an address it was sent to. */
export interface Visited<Result> {
  result: Result | null;
  sentTo: URL | null;
  status: number;
  headers: Headers;
}

/** An application made with Next.js, as far as a library for its server meets it: its proxy, and what runs behind it. */
export interface NextApplication {
  origin: string;
  visit<Result>(path: string, page: () => Promise<Result>): Promise<Visited<Result>>;
  /** A route handler, without the proxy in front. */
  call(url: URL, route: (request: NextRequest) => Promise<Response>): Promise<Visited<null>>;
}

export function nextApplication(origin: string, proxy: NextProxy): NextApplication {
  const requestTo = (url: string | URL) =>
    new NextRequest(url, { headers: { cookie: nextRequest.cookies.header(), accept: "text/html" } });
  return {
    origin,
    visit: async (path, page) => {
      const passed = (await proxy(requestTo(`${origin}${path}`), {} as never)) as Response;
      nextRequest.cookies.take(passed.headers);
      const sentTo = passed.headers.get("location");
      const { status, headers } = passed;
      if (sentTo) return { result: null, sentTo: new URL(sentTo), status, headers };
      nextRequest.headers = headersBehind(passed.headers);
      const { result, redirect } = await untilRedirect(page);
      return { result, sentTo: redirect === null ? null : new URL(redirect, origin), status, headers };
    },
    call: async (url, route) => {
      nextRequest.headers = new Headers();
      const answer = await route(requestTo(url));
      nextRequest.cookies.take(answer.headers);
      const sentTo = answer.headers.get("location");
      const { status, headers } = answer;
      return { result: null, sentTo: sentTo ? new URL(sentTo) : null, status, headers };
    },
  };
}

/** The request's headers as the proxy changed them, which Next.js carries in headers of the response. */
function headersBehind(answer: Headers): Headers {
  const names = (answer.get("x-middleware-override-headers") ?? "").split(",").filter(Boolean);
  return new Headers(names.map((name) => [name, answer.get(`x-middleware-request-${name}`) ?? ""]));
}

/** `redirect()` throws, and Next.js reads the address out of what was thrown. */
async function untilRedirect<Result>(
  page: () => Promise<Result>,
): Promise<{ result: Result | null; redirect: string | null }> {
  try {
    return { result: await page(), redirect: null };
  } catch (error) {
    const { digest = "" } = error as { digest?: string };
    const [kind, , ...address] = digest.split(";").slice(0, -2);
    if (kind !== "NEXT_REDIRECT") throw error;
    return { result: null, redirect: address.join(";") };
  }
}
