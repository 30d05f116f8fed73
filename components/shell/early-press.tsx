import { headers } from "next/headers";

/**
 * Seen as soon as the page is, and run before anything else: a button that is pressed before the page's own script listens to it is
 * pressed again once it does. React marks what it has taken over with a property of its own; where that is never seen, nothing is
 * pressed twice and the press is lost, as it would be without this. Links and forms need none: the browser and React keep those.
 */
const SCRIPT = `(() => {
  const taken = (button) => Object.keys(button).some((key) => key.startsWith("__reactProps$"));
  let waiting = false;
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[type=button]") : null;
    if (!button || waiting || taken(button)) return;
    waiting = true;
    const until = Date.now() + 10000;
    const press = () => {
      waiting = false;
      if (button.isConnected && !button.disabled) button.click();
    };
    const look = () => {
      if (taken(button)) setTimeout(press, 150);
      else if (button.isConnected && Date.now() < until) setTimeout(look, 50);
      else waiting = false;
    };
    setTimeout(() => {
      // React took over while this very press was on its way, and has heard it.
      if (taken(button)) waiting = false;
      else look();
    }, 0);
  }, true);
})();`;

export async function EarlyPress() {
  const policy = (await headers()).get("content-security-policy") ?? "";
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: SCRIPT }} />;
}
