"use client";

import { useTexts } from "#components/portal/texts.tsx";
import { filled, type GuideValues, isFilled, type Placeholder } from "#lib/guides/shape.ts";

interface MarkedProps {
  /** `**name**` is what the product calls something, `` `text` `` what is typed, `{acs_url}` a value. */
  text: string;
  values: GuideValues;
}

/** A sentence of a guide. */
export function Marked({ text, values }: MarkedProps) {
  const say = useTexts("guides");
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`|\{[a-z_]+\})/).map((part, at) => {
    const key = `${at}`;
    if (part.startsWith("**"))
      return (
        <b key={key} className="font-semibold">
          {part.slice(2, -2)}
        </b>
      );
    if (part.startsWith("`")) return <Typed key={key} text={filled(part.slice(1, -1), values)} />;
    if (!part.startsWith("{")) return part;
    if (isFilled(part, values)) return <Typed key={key} text={filled(part, values)} />;
    return <i key={key}>{say(`placeholders.${part.slice(1, -1) as Placeholder}`)}</i>;
  });
}

function Typed({ text }: { text: string }) {
  return <code className="rounded-sm bg-hover px-1 py-0.5 [overflow-wrap:anywhere]">{text}</code>;
}
