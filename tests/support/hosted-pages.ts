/** A browser without scripts, as far as the sign-in pages need one: it keeps cookies and follows redirects within the service. */
export interface PlainBrowser {
  /** Where it is, what it was shown, and where the last redirect out of the service led. */
  status: number;
  text: string;
  left: URL | null;
  headers: Headers;
  goTo(url: string | URL): Promise<void>;
  /** Fills in the page's one form, which has no `action`, and sends it. */
  enter(fields: Record<string, string>): Promise<void>;
  /** Fills in the form with this `action` and sends it. */
  send(action: string, fields?: Record<string, string>): Promise<void>;
}

export function plainBrowser(origin: string): PlainBrowser {
  const cookies = new Map<string, string>();
  let at = new URL(origin);
  const browser: PlainBrowser = {
    status: 0,
    text: "",
    left: null,
    headers: new Headers(),
    goTo: async (url) => await load(new URL(url), undefined),
    enter: async (fields) => await load(at, new URLSearchParams(fields)),
    send: async (action, fields = {}) => {
      if (!browser.text.includes(`value="${action}"`))
        throw new Error(`The page has no form '${action}': ${browser.text}`);
      await load(at, new URLSearchParams({ action, ...fields }));
    },
  };
  async function load(url: URL, body: URLSearchParams | undefined): Promise<void> {
    browser.left = null;
    if (url.origin !== origin) {
      browser.left = url;
      return;
    }
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, {
      redirect: "manual",
      headers: { cookie },
      ...(body ? { method: "POST", body } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    at = url;
    browser.status = answer.status;
    browser.headers = answer.headers;
    browser.text = await answer.text();
    const location = answer.headers.get("location");
    if (location) await load(new URL(location, url), undefined);
  }
  return browser;
}
