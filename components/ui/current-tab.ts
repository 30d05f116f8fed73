/** The tab whose URL is the page or an ancestor of it; the longest wins. */
export function currentTab(path: string, tabs: readonly { href: string }[]): string | undefined {
  return tabs
    .map((tab) => tab.href)
    .filter((href) => path === href || path.startsWith(`${href}/`))
    .sort((a, b) => b.length - a.length)[0];
}
