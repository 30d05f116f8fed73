"use client";

import { useId, useState } from "react";
import { CopyButton } from "./copy.tsx";
import { cx } from "./cx.ts";

export interface CodeSample {
  /** The name on its tab: "Node.js". */
  label: string;
  code: string;
}

interface CodeBlockProps {
  /** One sample, or several to choose from. */
  samples: readonly [CodeSample, ...CodeSample[]];
  className?: string;
}

/** Text for a terminal or an editor, to copy whole. */
export function CodeBlock({ samples, className }: CodeBlockProps) {
  const [index, setIndex] = useState(0);
  const id = useId();
  const sample = samples[index] ?? samples[0];
  return (
    <div className={cx("min-w-0 overflow-hidden rounded-lg border border-line bg-sunken", className)}>
      <div className="flex items-center justify-between gap-2 border-line border-b pr-1.5 pl-1.5">
        <div
          role="tablist"
          aria-label="Samples"
          className="flex min-w-0 overflow-x-auto [scrollbar-width:none]"
        >
          {samples.map((one, at) => (
            <button
              key={one.label}
              type="button"
              role="tab"
              id={`${id}-${at}`}
              aria-selected={at === index}
              aria-controls={`${id}-panel`}
              tabIndex={at === index ? 0 : -1}
              onClick={() => setIndex(at)}
              onKeyDown={(event) => {
                const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
                if (step === 0) return;
                const next = (at + step + samples.length) % samples.length;
                setIndex(next);
                document.getElementById(`${id}-${next}`)?.focus();
              }}
              className={cx(
                "h-8 shrink-0 px-2 font-medium text-xs -outline-offset-2",
                at === index ? "text-ink" : "text-muted hover:text-ink",
              )}
            >
              {one.label}
            </button>
          ))}
        </div>
        <CopyButton value={sample.code} label={sample.label} />
      </div>
      <pre
        id={`${id}-panel`}
        role="tabpanel"
        aria-labelledby={`${id}-${index}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto p-3 text-xs leading-5 -outline-offset-2"
      >
        {sample.code}
      </pre>
    </div>
  );
}
