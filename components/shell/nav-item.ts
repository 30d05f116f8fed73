/** One place in the rail. Who may see which is decided where the list is made, on the server. */
export interface NavItem {
  href: string;
  label: string;
  icon:
    | "overview"
    | "deployments"
    | "customers"
    | "allowlists"
    | "crossings"
    | "guides"
    | "audit"
    | "people"
    | "settings";
  /** Pressed after `g`. */
  key: string;
}

/** Whether the place holds the page: `/` only itself, everything else also what is below it. */
export function isHere(href: string, path: string): boolean {
  return href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
}
