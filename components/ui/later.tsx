"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "./button.tsx";
import { ErrorState } from "./error-state.tsx";
import { Skeleton } from "./skeleton.tsx";

/** A component whose code comes when it is first shown; `prepare` fetches the code before, so that showing it takes no time. */
export interface Later<Props> {
  (props: Props): ReactNode;
  prepare: () => void;
}

/**
 * For what most visits never open, such as the form in a dialog: `const RuleForm = later(() => import("./rule-form.tsx"))`. Its dialog gets
 * `prepare={RuleForm.prepare}`, and so loads it while the pointer or the focus is on the button. Until it is there a skeleton stands in
 * its place; then the focus goes where it would have gone, unless it was moved meanwhile. Not React's `lazy`: a fallback that was shown
 * once stays for 300 ms, however soon the code comes.
 * @param fields how many fields the skeleton has
 */
export function later<Props extends object>(
  load: () => Promise<{ default: (props: Props) => ReactNode }>,
  fields = 3,
): Later<Props> {
  let loaded: ((props: Props) => ReactNode) | undefined;
  let loading: Promise<void> | undefined;
  const fetchCode = () => {
    loading ??= load().then(
      (module) => {
        loaded = module.default;
      },
      (problem: unknown) => {
        // The next try is a new one.
        loading = undefined;
        throw problem;
      },
    );
    return loading;
  };

  function Shown(props: Props) {
    const [state, setState] = useState<"there" | "loading" | "failed">(loaded ? "there" : "loading");
    const place = useRef<HTMLDivElement>(null);
    const focused = useRef<Element | null>(null);
    const bring = () => {
      setState("loading");
      fetchCode().then(
        () => setState("there"),
        () => setState("failed"),
      );
    };
    useEffect(() => {
      if (state !== "loading") return;
      focused.current = document.activeElement;
      bring();
    }, []);
    useEffect(() => {
      if (state !== "there" || focused.current === null || document.activeElement !== focused.current) return;
      focused.current = null;
      focusFirst(place.current);
    }, [state]);
    const Loaded = loaded;
    return (
      <div ref={place} className="contents">
        {state === "there" && Loaded ? (
          <Loaded {...props} />
        ) : state === "failed" ? (
          <ErrorState title="This could not be loaded." action={<Button onClick={bring}>Try again</Button>}>
            Try again, or load the page anew: the console may be a newer one by now.
          </ErrorState>
        ) : (
          <FormSkeleton fields={fields} />
        )}
      </div>
    );
  }
  return Object.assign(Shown, {
    prepare: () => {
      fetchCode().catch(() => undefined);
    },
  });
}

/** The first thing that can have the focus, as the browser would have chosen it; a form may know better. */
function focusFirst(place: HTMLElement | null): void {
  const first =
    place?.querySelector<HTMLElement>("[data-focus-first]") ??
    place?.querySelector<HTMLElement>(
      "input:not([type=hidden], :disabled), select:not(:disabled), textarea:not(:disabled), button:not(:disabled), a[href]",
    );
  first?.focus();
}

function FormSkeleton({ fields }: { fields: number }) {
  return (
    <div role="status" className="grid gap-4">
      <span className="sr-only">Loading</span>
      {Array.from({ length: fields }, (_, field) => (
        <div key={field} className="grid gap-1.5">
          <Skeleton className="h-3.5 w-24" />
          <Skeleton className="h-8" />
        </div>
      ))}
      <Skeleton className="ml-auto h-8 w-28" />
    </div>
  );
}
