/** What a browser without scripts does: follows redirects until it is shown a page, or sent out of the service; keeps cookies. */
export class PlainBrowser {
  readonly #cookies = new Map<string, string>();
  readonly #home: string;

  /** @param home addresses that begin so are visited; others are where it was sent. */
  constructor(home: string) {
    this.#home = home;
  }

  async go(address: string, form?: Readonly<Record<string, string>>): Promise<Shown> {
    let url = new URL(address);
    let body = form;
    for (let step = 0; step < 10; step += 1) {
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await fetch(url, {
        redirect: "manual",
        headers: { cookie },
        ...(body ? { method: "POST", body: new URLSearchParams(body) } : {}),
      });
      for (const each of answer.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
        this.#cookies.set(name, value);
      }
      const location = answer.headers.get("location");
      if (location === null)
        return { status: answer.status, text: await answer.text(), sentTo: null, headers: answer.headers };
      url = new URL(location, url);
      body = undefined;
      if (!url.href.startsWith(this.#home))
        return { status: answer.status, text: "", sentTo: url, headers: answer.headers };
    }
    throw new Error("The browser was sent around without end.");
  }

  /** Fills in the form that it is shown, and sends it. */
  async submit(page: Shown, fields: Readonly<Record<string, string>>): Promise<Shown> {
    const { action, hidden } = formOf(page);
    return await this.go(action, { ...hidden, ...fields });
  }
}

export interface Shown {
  status: number;
  text: string;
  /** Where it was sent, out of the service. */
  sentTo: URL | null;
  headers: Headers;
}

/** Where a page's form goes, and what it carries without being shown. */
export function formOf({ text }: Shown): { action: string; hidden: Record<string, string> } {
  const action = /<form method="post" action="([^"]*)"/.exec(text)?.[1];
  if (action === undefined) throw new Error(`There is no form on this page: ${text}`);
  const inputs = text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  const hidden = [...inputs].map(([, name = "", value = ""]) => [plain(name), plain(value)]);
  return { action: plain(action), hidden: Object.fromEntries(hidden) };
}

function plain(html: string): string {
  return html.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
