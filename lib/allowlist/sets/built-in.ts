import type { AddressSet } from "./book.ts";

/**
 * The sets that every console begins with, as their migration wrote them. What a deployment uses is read from the
 * database: these are for words, for packs' previews of a deployment that does not exist yet, and for tests.
 */
export const BUILT_IN_SETS = [
  {
    versionId: "asetv_01KB45Q0000000000CF0000001",
    number: 1,
    slug: "cloudflare",
    name: "Cloudflare",
    origin: "https://www.cloudflare.com/ips/",
    changedOn: "2021-04-08",
    checkedOn: "2026-09-30",
    cidrs: [
      "173.245.48.0/20",
      "103.21.244.0/22",
      "103.22.200.0/22",
      "103.31.4.0/22",
      "141.101.64.0/18",
      "108.162.192.0/18",
      "190.93.240.0/20",
      "188.114.96.0/20",
      "197.234.240.0/22",
      "198.41.128.0/17",
      "162.158.0.0/15",
      "104.16.0.0/13",
      "104.24.0.0/14",
      "172.64.0.0/13",
      "131.0.72.0/22",
      "2400:cb00::/32",
      "2606:4700::/32",
      "2803:f800::/32",
      "2405:b500::/32",
      "2405:8100::/32",
      "2a06:98c0::/29",
      "2c0f:f248::/32",
    ],
  },
  {
    versionId: "asetv_01KB45Q0000000000WS0000001",
    number: 1,
    slug: "workos-senders",
    name: "WorkOS senders",
    origin: "WorkOS's documentation, IP addresses of webhooks, Actions and log streams",
    changedOn: null,
    checkedOn: "2026-11-24",
    cidrs: [
      "3.217.146.166/32",
      "23.21.184.92/32",
      "34.204.154.149/32",
      "44.213.245.178/32",
      "44.215.236.82/32",
      "50.16.203.9/32",
      "52.1.251.34/32",
      "52.21.49.187/32",
      "174.129.36.47/32",
    ],
  },
] as const satisfies readonly AddressSet[];
