"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useEffect, useMemo, useSyncExternalStore, useTransition } from "react";

/** What is to be said in the URL's query; null: nothing. */
export type UrlChanges = Readonly<Record<string, string | null>>;

interface Way {
  /** A step that the browser's back button takes back. */
  push?: boolean;
  /** The server is not asked: what changes is only how the page shows what it has. */
  shallow?: boolean;
  /** To the top of the page afterwards. */
  scroll?: boolean;
  /** So long, in milliseconds, more may come before the server is asked. */
  wait?: number;
}

type Router = ReturnType<typeof useRouter>;

/** What was asked for and the URL does not say yet: what waits to be sent, and what was sent and is not here yet. */
interface Ahead {
  path: string;
  waiting: UrlChanges;
  sent: UrlChanges;
}

const NOTHING: Ahead = { path: "", waiting: {}, sent: {} };

// All controls of a page share it: two that change at once make one URL.
let ahead = NOTHING;
let way: Way = {};
let timer: ReturnType<typeof setTimeout> | undefined;
/** The queries that were sent for, in order. */
let expected: string[] = [];
const listeners = new Set<() => void>();

/**
 * The query of this page's URL, as state: what a list shows can be linked, reloaded and gone back to. `get` knows a change at once, the
 * URL when the server has answered; `pending` says that it is being asked.
 */
export function useUrlState() {
  const params = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const { waiting, sent, path: of } = useSyncExternalStore(watch, readAhead, readNothing);

  useEffect(() => arrived(params.toString()), [params]);

  return useMemo(
    () => ({
      pending,
      get: (name: string): string | null => {
        const changed = of === path ? { ...sent, ...waiting }[name] : undefined;
        return changed === undefined ? params.get(name) : changed;
      },
      set: (changes: UrlChanges, how: Way = {}) => {
        if (ahead.path !== path) forget();
        change({ ...ahead, path, waiting: { ...ahead.waiting, ...changes } });
        way = {
          push: how.push === true || way.push === true,
          shallow: how.shallow === true && way.shallow !== false,
          scroll: how.scroll ?? way.scroll ?? true,
        };
        clearTimeout(timer);
        timer = setTimeout(() => send(router, startTransition), how.wait ?? 0);
      },
    }),
    [params, path, pending, router, waiting, sent, of],
  );
}

function watch(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener("popstate", forget);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener("popstate", forget);
  };
}

const readAhead = () => ahead;
const readNothing = () => NOTHING;

function change(next: Ahead): void {
  ahead = next;
  for (const listener of listeners) listener();
}

function forget(): void {
  clearTimeout(timer);
  way = {};
  expected = [];
  if (ahead !== NOTHING) change(NOTHING);
}

function send(router: Router, startTransition: (run: () => void) => void): void {
  const { path, waiting, sent } = ahead;
  const { push, shallow, scroll } = way;
  if (window.location.pathname !== path) {
    forget();
    return;
  }
  way = {};
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries({ ...sent, ...waiting })) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const wanted = query.toString();
  if (wanted === new URLSearchParams(window.location.search).toString()) {
    forget();
    return;
  }
  expected.push(wanted);
  change({ path, waiting: {}, sent: { ...sent, ...waiting } });
  // Commas stand between a filter's values and colons in times: both may stand as they are, and read better.
  const text = wanted.replaceAll("%2C", ",").replaceAll("%3A", ":");
  const url = (text ? `${path}?${text}` : path) as Parameters<Router["push"]>[0];
  if (shallow) window.history.replaceState(null, "", url);
  else startTransition(() => (push ? router.push(url, { scroll }) : router.replace(url, { scroll })));
}

/** The URL says something else now: what was sent for, or where somebody went meanwhile. */
function arrived(query: string): void {
  if (ahead === NOTHING) return;
  const at = expected.indexOf(new URLSearchParams(query).toString());
  if (at < 0 && expected.length > 0) {
    forget();
    return;
  }
  expected = expected.slice(at + 1);
  if (expected.length === 0) change({ ...ahead, sent: {} });
}
