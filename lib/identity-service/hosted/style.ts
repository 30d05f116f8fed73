import { STYLE } from "../html/style.ts";

/** What the sign-in pages have beyond the few others: fields, a logo, choices. */
export function pageStyle(accent: string | null): string {
  const accented = accent
    ? `:root { --act: ${accent}; --act-ink: ${inkOn(accent)}; } @media (prefers-color-scheme: dark) { :root { --act: ${accent}; --act-ink: ${inkOn(accent)}; } }`
    : "";
  return `${STYLE}
main.sign-in { width: min(100%, 25rem); }
.brand { display: block; margin: 0 0 1.25rem; font-size: .875rem; font-weight: 600; color: var(--quiet); }
.brand img { display: block; max-height: 2.5rem; max-width: 100%; }
form { margin: 0; }
form + form, .more { margin-top: .75rem; }
label { display: block; margin: 0 0 .9rem; font-size: .875rem; font-weight: 600; }
label .quiet { font-weight: 400; }
input { display: block; width: 100%; margin-top: .3rem; padding: .6rem .7rem; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--field); border-radius: .5rem; }
input:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
input.code { font: 1.25rem/1.5 ui-monospace, monospace; letter-spacing: .3em; }
:root { --field: #85898d; --focus: #1f5f4c; }
@media (prefers-color-scheme: dark) { :root { --field: #747a80; --focus: #7cc7ab; } }
button { width: 100%; min-height: 2.75rem; }
button.second { background: none; color: inherit; border: 1px solid var(--field); }
button.link { width: auto; min-height: 1.75rem; padding: .2rem 0; background: none; color: inherit; font-weight: 400; font-size: .875rem; text-decoration: underline; }
a { color: inherit; }
.who { display: flex; gap: .75rem; justify-content: space-between; align-items: baseline; flex-wrap: wrap; margin: 0 0 1rem; }
.problem { margin: 0 0 1rem; padding: .6rem .75rem; border: 1px solid var(--bad); border-radius: .5rem; color: var(--bad); font-size: .9375rem; }
.choices button { margin-top: .5rem; text-align: left; background: none; color: inherit; border: 1px solid var(--field); }
.qr { display: block; margin: 0 auto 1rem; width: 180px; height: 180px; background: #fff; border-radius: .5rem; image-rendering: pixelated; }
.device { font: 600 1.5rem ui-monospace, monospace; letter-spacing: .15em; text-align: center; margin: .5rem 0 1rem; }
${accented}`;
}

/** Black or white, whichever is easier to read on a colour (WCAG 2.2, relative luminance). */
export function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? "#000" : "#fff";
}
