import type { Capability, Way } from "./capabilities.ts";

const SIGN_IN_DOORS = ["WorkOS API", "WorkOS pages", "Way back", "DNS"] as const;

const LOCAL_SIGN_IN: Way = {
  standing: "works",
  how: "local",
  sentence: "The offline identity service signs people in through the customer's own SAML or OIDC provider.",
  doors: [],
};

const IN_THIS_CONSOLE: Way = {
  standing: "works",
  how: "in this console",
  sentence: "You, or the customer's own admin here, enter the provider's metadata and test a sign-in.",
  doors: [],
};

const LOCAL_DIRECTORIES: Way = {
  standing: "works",
  how: "local, by SCIM",
  sentence:
    "The customer's directory sends its people and groups to the offline identity service, inside the site.",
  doors: [],
};

const BY_FILE: Way = {
  standing: "closed",
  how: "by file",
  sentence: "WorkOS has nothing to stream from this site. Export the audit log as CSV or NDJSON.",
  doors: [],
};

const OWN_CLOCK: Way = {
  standing: "site",
  how: "the site's own clock",
  sentence:
    "Identity provider, service and application must agree, or tokens and SAML responses are refused.",
  doors: [],
};

const INSIDE_NAMES: Way = {
  standing: "site",
  how: "inside names only",
  sentence: "Application, service and identity provider find each other by names inside.",
  doors: [],
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
        doors: SIGN_IN_DOORS,
      },
      restricted: {
        standing: "works",
        how: "through WorkOS, by few doors",
        sentence: "As connected, by named doors only: calls to the API, and what people's browsers carry.",
        doors: SIGN_IN_DOORS,
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
        doors: ["WorkOS pages"],
      },
      restricted: {
        standing: "works",
        how: "WorkOS Admin Portal",
        sentence: "Customer IT opens the Admin Portal from a machine whose browser may reach WorkOS.",
        doors: ["WorkOS pages"],
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
        doors: ["WorkOS API", "DNS"],
      },
      restricted: {
        standing: "works",
        how: "by WorkOS",
        sentence:
          "The directory sends to WorkOS, your application reads from it; this console shows how each stands.",
        doors: ["WorkOS API", "DNS"],
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
        doors: ["WorkOS API", "DNS"],
      },
      restricted: {
        standing: "site",
        how: "polled from WorkOS",
        sentence: "Your application polls WorkOS's Events API, so each call starts inside the site.",
        doors: ["WorkOS API", "DNS"],
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
        doors: ["WorkOS senders"],
      },
      restricted: {
        standing: "closed",
        how: "closed",
        sentence: "WorkOS starts no connection into the site. Poll events instead.",
        doors: [],
      },
      air_gapped: {
        standing: "closed",
        how: "closed",
        sentence: "Nothing outside can reach the site.",
        doors: [],
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
        doors: ["WorkOS senders"],
      },
      restricted: {
        standing: "closed",
        how: "by file",
        sentence: "WorkOS cannot reach a collector at the site. Export the audit log as CSV or NDJSON.",
        doors: [],
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
        how: "rule pack with webhooks",
        sentence:
          "Deny everything, then the pack for calls, browsers and WorkOS's senders. Exported for the firewall.",
        doors: [],
      },
      restricted: {
        standing: "works",
        how: "rule pack, calls out only",
        sentence: "Deny everything, then the pack for calls and browsers. Exported for the firewall.",
        doors: [],
      },
      air_gapped: {
        standing: "works",
        how: "everything denied",
        sentence: "No rule is needed. One that is added anyway stands out.",
        doors: [],
      },
    },
    offline: {
      standing: "works",
      how: "no pack needed",
      sentence: "Sign-in needs no door to WorkOS. Deny everything, and add what else must pass.",
      doors: [],
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
        doors: ["Time"],
      },
      restricted: {
        standing: "site",
        how: "NTP, inside or by a door",
        sentence: "A time server inside is enough. One beyond the boundary needs a door.",
        doors: ["Time"],
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
        doors: ["DNS"],
      },
      restricted: {
        standing: "site",
        how: "resolver of the site",
        sentence: "WorkOS's names must resolve, by a resolver inside or by a door of its own.",
        doors: ["DNS"],
      },
      air_gapped: INSIDE_NAMES,
    },
    offline: INSIDE_NAMES,
  },
];

/** Said plainly, so that nobody plans on it. */
function notYet(sentence: string, how = "not yet"): Way {
  return { standing: "planned", how, sentence: `${sentence} in this version.`, doors: [] };
}
