import { isConnectionType } from "../connections/types.ts";
import { one, type Params } from "../wire/params.ts";
import { SignInRefusal } from "./refusal.ts";

/** What an application may name the connection by. */
export type SelectorKind = "connection" | "organization" | "provider" | "domain";
export interface Selector {
  kind: SelectorKind;
  value: string;
}

/** What is needed of a connection to begin a sign-in through it. */
export interface ConnectionChoice {
  id: string;
  environment_id: string;
  organization_id: string | null;
  connection_type: string;
  name: string;
  state: string;
  external_key: string;
  saml: unknown;
  oidc: unknown;
  ldap: unknown;
  domains: string[];
}

const KINDS: SelectorKind[] = ["connection", "organization", "provider", "domain"];

/** @throws SignInRefusal unless exactly one selector is given. */
export function readSelector(query: Params): Selector {
  const given = KINDS.flatMap((kind) => {
    const value = one(query, kind);
    return value === undefined ? [] : [{ kind, value }];
  });
  const [selector, second] = given;
  if (!selector)
    throw new SignInRefusal(
      "invalid_connection_selector",
      "Name a connection, an organization or a provider.",
    );
  if (second && given.some(({ kind }) => kind === "domain"))
    throw new SignInRefusal(
      "domain_connection_selector_not_allowed",
      "A domain cannot be given with another selector.",
    );
  if (second)
    throw new SignInRefusal(
      "ambiguous_connection_selector",
      "Name only one of connection, organization and provider.",
    );
  if (selector.kind === "provider" && !(isConnectionType(selector.value) && selector.value.endsWith("OAuth")))
    throw new SignInRefusal("invalid_connection_selector", `'${selector.value}' is not a provider.`);
  return selector;
}

/** @throws SignInRefusal unless the selector leads to exactly one connection that people may sign in through. */
export function chooseConnection(
  { kind, value }: Selector,
  found: { connections: ConnectionChoice[]; organizationExists: boolean; domainHint: string | undefined },
): ConnectionChoice {
  const { connections, domainHint } = found;
  if (kind === "organization" && !found.organizationExists)
    throw new SignInRefusal("organization_invalid", `There is no organization '${value}'.`);
  const active = connections.filter(({ state }) => state === "active");
  const hinted = active.filter(({ domains }) => domainHint && domains.includes(domainHint.toLowerCase()));
  const [only, another] = active.length > 1 && hinted.length > 0 ? hinted : active;
  if (another)
    throw new SignInRefusal(
      "ambiguous_connection_selector",
      "More than one connection fits. Name the connection itself.",
    );
  if (only) return only;
  if (connections.length > 0) throw new SignInRefusal("connection_unlinked", "The connection is not active.");
  throw nothingFound({ kind, value });
}

function nothingFound({ kind, value }: Selector): SignInRefusal {
  switch (kind) {
    case "connection":
      return new SignInRefusal("connection_invalid", `There is no connection '${value}'.`);
    case "organization":
      return new SignInRefusal("organization_invalid", `The organization '${value}' has no connection.`);
    case "provider":
      return new SignInRefusal(
        "connection_strategy_invalid",
        `The provider '${value}' is not set up in this environment.`,
      );
    case "domain":
      return new SignInRefusal(
        "connection_domain_invalid",
        `No connection belongs to the domain '${value}'.`,
      );
  }
}
