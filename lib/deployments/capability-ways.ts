import type { Capability, Way } from "./capabilities.ts";

const SIGN_IN = ["sign-in", "sign-in-pages", "dns"] as const;

const LOCAL_SIGN_IN: Way = {
  standing: "works",
  how: "local",
  sentence: "The offline identity service signs people in through the customer's own SAML or OIDC provider.",
  packs: [],
};

const IN_THIS_CONSOLE: Way = {
  standing: "works",
  how: "in this console",
  sentence: "You, or the customer's own admin here, enter the provider's metadata and test a sign-in.",
  packs: [],
};

const LOCAL_DIRECTORIES: Way = {
  standing: "works",
  how: "local, by SCIM",
  sentence:
    "The customer's directory sends its people and groups to the offline identity service, inside the site.",
  packs: [],
};

const BY_FILE: Way = {
  standing: "closed",
  how: "by file",
  sentence: "WorkOS has nothing to stream from this site. Export the audit log as CSV or NDJSON.",
  packs: [],
};

const OWN_CLOCK: Way = {
  standing: "site",
  how: "the site's own clock",
  sentence:
    "Identity provider, service and application must agree, or tokens and SAML responses are refused.",
  packs: [],
};

const INSIDE_NAMES: Way = {
  standing: "site",
  how: "inside names only",
  sentence: "Application, service and identity provider find each other by names inside.",
  packs: [],
};

/** What each capability does in each mode. What this version does not do is said to be missing. */
export const CAPABILITIES: readonly Capability[] = [
  {
    id: "sign_in",
    name: "Sign-in",
    ways: {
      connected: {
        standing: "works",
        how: "through WorkOS",
        sentence:
          "The application calls WorkOS, and people's browsers pass through its pages to their own provider.",
        packs: SIGN_IN,
      },
      restricted: {
        standing: "works",
        how: "through WorkOS, by few doors",
        sentence: "As connected, by named doors only: calls to the API, and what people's browsers carry.",
        packs: SIGN_IN,
      },
      air_gapped: LOCAL_SIGN_IN,
    },
    offline: LOCAL_SIGN_IN,
  },
  {
    id: "idp_set_up",
    name: "Set-up by customer IT",
    ways: {
      connected: {
        standing: "works",
        how: "WorkOS Admin Portal",
        sentence:
          "Customer IT connects its provider by a link to the Admin Portal; the console shows the result.",
        packs: ["admin-portal"],
      },
      restricted: {
        standing: "works",
        how: "WorkOS Admin Portal",
        sentence: "Customer IT opens the Admin Portal from a machine whose browser may reach WorkOS.",
        packs: ["admin-portal"],
      },
      air_gapped: IN_THIS_CONSOLE,
    },
    offline: IN_THIS_CONSOLE,
  },
  {
    id: "directory_sync",
    name: "Directory sync",
    ways: {
      connected: {
        standing: "works",
        how: "by WorkOS",
        sentence:
          "WorkOS syncs directories and your application reads them; this console shows how each stands.",
        packs: ["directory-sync", "dns"],
      },
      restricted: {
        standing: "works",
        how: "by WorkOS",
        sentence:
          "The directory sends to WorkOS, your application reads from it; this console shows how each stands.",
        packs: ["directory-sync", "dns"],
      },
      air_gapped: LOCAL_DIRECTORIES,
    },
    offline: LOCAL_DIRECTORIES,
  },
  {
    id: "events",
    name: "Events",
    ways: {
      connected: {
        standing: "site",
        how: "polled from WorkOS",
        sentence:
          "Your application polls WorkOS's Events API. Sallyport neither relays nor shows events yet.",
        packs: ["events-polling", "dns"],
      },
      restricted: {
        standing: "site",
        how: "polled from WorkOS",
        sentence: "Your application polls WorkOS's Events API, so each call starts inside the site.",
        packs: ["events-polling", "dns"],
      },
      air_gapped: notYet("Events are not carried across the gap", "not carried yet"),
    },
    offline: notYet("The offline identity service hands out no events"),
  },
  {
    id: "webhooks",
    name: "Webhooks",
    ways: {
      connected: {
        standing: "site",
        how: "sent by WorkOS",
        sentence: "WorkOS calls your application from nine fixed addresses.",
        packs: ["webhooks"],
      },
      restricted: {
        standing: "closed",
        how: "closed",
        sentence: "WorkOS starts no connection into the site. Poll events instead.",
        packs: [],
      },
      air_gapped: {
        standing: "closed",
        how: "closed",
        sentence: "Nothing outside can reach the site.",
        packs: [],
      },
    },
    offline: notYet("The offline identity service sends no webhooks"),
  },
  {
    id: "audit_streaming",
    name: "Log streaming",
    ways: {
      connected: {
        standing: "site",
        how: "sent by WorkOS",
        sentence:
          "WorkOS streams its logs to the customer's collector. This console's own audit log is exported by file.",
        packs: ["log-streams"],
      },
      restricted: {
        standing: "closed",
        how: "by file",
        sentence: "WorkOS cannot reach a collector at the site. Export the audit log as CSV or NDJSON.",
        packs: [],
      },
      air_gapped: BY_FILE,
    },
    offline: BY_FILE,
  },
  {
    id: "allowlist",
    name: "Allowlist",
    ways: {
      connected: {
        standing: "works",
        how: "a rule pack a capability",
        sentence:
          "Deny everything, then the doors of each capability, calls of WorkOS among them. Exported for the firewall.",
        packs: [],
      },
      restricted: {
        standing: "works",
        how: "a rule pack a capability, calls out only",
        sentence:
          "Deny everything, then the doors of each capability for calls out and browsers. Exported for the firewall.",
        packs: [],
      },
      air_gapped: {
        standing: "works",
        how: "everything denied",
        sentence: "No rule is needed. One that is added anyway stands out.",
        packs: [],
      },
    },
    offline: {
      standing: "works",
      how: "no pack of WorkOS's needed",
      sentence: "Sign-in needs no door to WorkOS. Deny everything, and add what else must pass.",
      packs: [],
    },
  },
  {
    id: "updates",
    name: "Updates",
    ways: {
      connected: notYet(
        "Bring your product's updates to the site as you do today; signed bundles are not made",
      ),
      restricted: notYet(
        "Bring your product's updates to the site as you do today; signed bundles are not made",
      ),
      air_gapped: notYet(
        "Carry your product's updates to the site as you do today; signed bundles are not made",
      ),
    },
  },
  {
    id: "time",
    name: "Time",
    ways: {
      connected: {
        standing: "site",
        how: "NTP",
        sentence:
          "The site's clock must be right to a minute or so, or tokens and SAML responses are refused.",
        packs: ["time"],
      },
      restricted: {
        standing: "site",
        how: "NTP, inside or by a door",
        sentence: "A time server inside is enough. One beyond the boundary needs a door.",
        packs: ["time"],
      },
      air_gapped: OWN_CLOCK,
    },
    offline: OWN_CLOCK,
  },
  {
    id: "dns",
    name: "DNS",
    ways: {
      connected: {
        standing: "site",
        how: "resolver of the site",
        sentence: "WorkOS's names must resolve, or every other door is useless.",
        packs: ["dns"],
      },
      restricted: {
        standing: "site",
        how: "resolver of the site",
        sentence: "WorkOS's names must resolve, by a resolver inside or by a door of its own.",
        packs: ["dns"],
      },
      air_gapped: INSIDE_NAMES,
    },
    offline: INSIDE_NAMES,
  },
];

/** Said plainly, so that nobody plans on it. */
function notYet(sentence: string, how = "not yet"): Way {
  return { standing: "planned", how, sentence: `${sentence} in this version.`, packs: [] };
}
