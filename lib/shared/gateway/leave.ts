/** What is on this machine never leaves the site. */
const HERE = ["localhost", "127.0.0.1", "::1"];

/**
 * The environment of a program whose every `fetch`, and every request that brings no agent of its own, is to leave through a gateway: it
 * decides, and writes down.
 * @param direct names and addresses that lie inside, and are reached without it; `.example.com` stands for all names below.
 */
export function leavingEnvironment(proxyUrl: string, direct: readonly string[]): Record<string, string> {
  const noProxy = [...HERE, ...direct].join(",");
  return {
    NODE_USE_ENV_PROXY: "1",
    // Node reads the small ones first, and an operator's shell may have them.
    ...{ http_proxy: proxyUrl, https_proxy: proxyUrl, no_proxy: noProxy },
    ...{ HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl, NO_PROXY: noProxy },
  };
}
