/** The look of the few pages a person meets here, light and dark. */
export const STYLE = `
:root { --ground: #f7f7f5; --card: #fff; --ink: #1d1f21; --quiet: #5c6166; --line: #dfe1e0; --act: #1f5f4c; --act-ink: #fff; --bad: #a5281b; --good: #1c6b45; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #131516; --card: #1b1e20; --ink: #e9ebec; --quiet: #a2a8ad; --line: #31363a; --act: #7cc7ab; --act-ink: #10211b; --bad: #f0998d; --good: #7fcfa4; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { width: min(100%, 34rem); padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 .75rem; font-size: 1.25rem; line-height: 1.3; }
p { margin: 0 0 .75rem; }
.quiet { color: var(--quiet); font-size: .875rem; }
code { font: .8125rem ui-monospace, monospace; }
button { font: inherit; font-weight: 600; padding: .6rem 1.25rem; border: 0; border-radius: .5rem; background: var(--act); color: var(--act-ink); cursor: pointer; }
button:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
label { display: block; margin: 0 0 .25rem; font-weight: 600; }
input { width: 100%; margin: 0 0 1rem; padding: .6rem .75rem; font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--quiet); border-radius: .5rem; }
input:focus-visible { outline: 2px solid var(--act); outline-offset: 1px; }
.problem { color: var(--bad); }
ol { margin: 1rem 0; padding: 0; list-style: none; }
li { padding: .5rem 0; border-top: 1px solid var(--line); }
li p { margin: .25rem 0 0; }
.passed b { color: var(--good); }
.failed b { color: var(--bad); }
.skipped b { color: var(--quiet); }
`;
