/** A browser of a few lines, for pages that need no more: it keeps cookies, follows redirects and sends forms. */
export interface FormWalker {
  /** Opens a page and follows where it leads, up to an address that begins with `until`, which it does not open. */
  open(url: string, until: string): Promise<Page>;
  /** Sends the page's form with what it holds, and what a person enters. */
  send(page: Page, entered: Record<string, string>, until: string): Promise<Page>;
}

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

const MAX_STEPS = 10;

/** One person's browser. Like a real one it does not tell ports apart in its cookies. */
export function formWalker(): FormWalker {
  const cookies = new Map<string, string>();

  async function walk(url: URL, until: string, form?: URLSearchParams): Promise<Page> {
    let at = url;
    let body = form;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      if (at.href.startsWith(until)) return { url: at, status: 0, text: "" };
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await fetch(at, {
        redirect: "manual",
        headers: { cookie },
        ...(body ? { method: "POST", body } : {}),
      });
      for (const line of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (name) cookies.set(name, value ?? "");
      }
      const text = await answer.text();
      const location = answer.headers.get("location");
      if (!location) return { url: at, status: answer.status, text };
      at = new URL(location, at);
      body = undefined;
    }
    throw new Error(`No page after ${MAX_STEPS} redirects; the last led to ${at.origin}${at.pathname}.`);
  }

  return {
    open: (url, until) => walk(new URL(url), until),
    send: (page, entered, until) => {
      const { action, fields } = formOf(page);
      return walk(action, until, new URLSearchParams({ ...fields, ...entered }));
    },
  };
}

/** The address and the hidden fields of a page's first form that is posted. */
function formOf(page: Page): { action: URL; fields: Record<string, string> } {
  const [form] = page.text.match(/<form\b[^>]*method="post"[\s\S]*?<\/form>/i) ?? [];
  if (!form) throw new Error(`No form at ${page.url.href} (${page.status}): ${page.text.slice(0, 2_000)}`);
  const fields: Record<string, string> = {};
  for (const [input] of form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/gi)) {
    const name = attribute(input, "name");
    if (name) fields[name] = attribute(input, "value");
  }
  return { action: new URL(attribute(form, "action"), page.url), fields };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#039": "'" };

function attribute(tag: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  return value.replace(/&(amp|lt|gt|quot|#039);/g, (whole, entity) => ENTITIES[entity] ?? whole);
}
