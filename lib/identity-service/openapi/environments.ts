import { CreateOrigin } from "../cors/origins.ts";
import { CreateApiKey, ExpireApiKey } from "../environments/api-keys.ts";
import { ChangeEnvironment, CreateEnvironment } from "../environments/environment.ts";
import { CreateRedirectUri } from "../environments/redirect-uris.ts";
import { ChangeFlag, CreateFlag } from "../feature-flags/flag.ts";
import { batchOf } from "../imports/batch.ts";
import { IMPORTS } from "../imports/routes.ts";
import { MakeDefault, RotateSigningKey } from "../management/environments.ts";
import { CreateImpersonation } from "../management/impersonation.ts";
import { ByWhom } from "../messages/actions.ts";
import { SetRelay } from "../relay/relay.ts";
import { EventId } from "../webhooks/routes.ts";
import { allOf, listOf, made, NOTHING, type Operations, one } from "./operation.ts";

/** Environments, and what is in them besides connections and directories. */
export const ENVIRONMENT_OPERATIONS: Operations = {
  "POST /environments": {
    summary: "Makes an environment, walled off from every other.",
    body: CreateEnvironment,
    answer: made("environment"),
  },
  "GET /environments": { summary: "Lists environments.", answer: listOf("environment") },
  "GET /environments/{env}": { summary: "Shows an environment.", answer: one("environment") },
  "PATCH /environments/{env}": {
    summary: "Changes what is given, down to the innermost setting; null brings a default back.",
    body: ChangeEnvironment,
    answer: one("environment"),
  },
  "DELETE /environments/{env}": { summary: "Removes an environment and all that is in it.", answer: NOTHING },

  "POST /environments/{env}/api_keys": {
    summary: "Makes an API key. Its value is shown in this answer only.",
    body: CreateApiKey,
    answer: made("api_key"),
  },
  "GET /environments/{env}/api_keys": {
    summary: "Lists API keys, without their values.",
    answer: listOf("api_key"),
  },
  "POST /environments/{env}/api_keys/{id}/expire": {
    summary: "Sets when an API key expires: now, where nothing is said.",
    body: ExpireApiKey,
    answer: one("api_key"),
  },
  "DELETE /environments/{env}/api_keys/{id}": { summary: "Revokes an API key at once.", answer: NOTHING },

  "POST /environments/{env}/redirect_uris": {
    summary: "Registers a redirect URI. The first one becomes the default.",
    body: CreateRedirectUri,
    answer: made("redirect_uri"),
  },
  "GET /environments/{env}/redirect_uris": {
    summary: "Lists redirect URIs.",
    answer: listOf("redirect_uri"),
  },
  "PATCH /environments/{env}/redirect_uris/{id}": {
    summary: "Makes a redirect URI the default.",
    body: MakeDefault,
    answer: one("redirect_uri"),
  },
  "DELETE /environments/{env}/redirect_uris/{id}": {
    summary: "Removes a redirect URI that is not the default.",
    answer: NOTHING,
  },

  "POST /environments/{env}/cors_origins": {
    summary: "Lets the pages of an origin read the public endpoints.",
    body: CreateOrigin,
    answer: made("cors_origin"),
  },
  "GET /environments/{env}/cors_origins": { summary: "Lists origins.", answer: listOf("cors_origin") },
  "DELETE /environments/{env}/cors_origins/{id}": { summary: "Removes an origin.", answer: NOTHING },

  "GET /environments/{env}/signing_keys": {
    summary: "Lists the keys that sign tokens and SAML requests, without their private halves.",
    answer: allOf("signing_key"),
  },
  "POST /environments/{env}/signing_keys/rotate": {
    summary: "Makes a new signing key, which is used from now on.",
    body: RotateSigningKey,
    answer: made("signing_key"),
  },

  "POST /environments/{env}/feature_flags": {
    summary: "Makes a feature flag.",
    body: CreateFlag,
    answer: made("feature_flag"),
  },
  "GET /environments/{env}/feature_flags": {
    summary: "Lists feature flags.",
    answer: listOf("feature_flag"),
  },
  "GET /environments/{env}/feature_flags/{slug}": {
    summary: "Shows a feature flag.",
    answer: one("feature_flag"),
  },
  "PATCH /environments/{env}/feature_flags/{slug}": {
    summary: "Changes a feature flag.",
    body: ChangeFlag,
    answer: one("feature_flag"),
  },
  "DELETE /environments/{env}/feature_flags/{slug}": {
    summary: "Removes a feature flag.",
    answer: NOTHING,
  },
  "POST /environments/{env}/feature_flags/{slug}/targets/{resourceId}": {
    summary: "Aims a feature flag at a user or an organization.",
    answer: NOTHING,
  },
  "DELETE /environments/{env}/feature_flags/{slug}/targets/{resourceId}": {
    summary: "Aims a feature flag at a user or an organization no longer.",
    answer: NOTHING,
  },

  "POST /environments/{env}/impersonations": {
    summary: "Makes a link that signs in as a user: good once, for ten minutes.",
    body: CreateImpersonation,
    answer: made("impersonation"),
  },

  "GET /environments/{env}/messages": {
    summary: "Lists messages to people, without what they say.",
    query: ["state", "kind", "search", "page", "sort"],
    answer: listOf("message"),
  },
  "GET /environments/{env}/messages/{id}": {
    summary: "Shows a message without what it says, and who did what with it.",
    answer: one("message"),
  },
  "POST /environments/{env}/messages/{id}/read": {
    summary: "Shows what a message says. Who read it is on record.",
    body: ByWhom,
    answer: one("message"),
  },
  "POST /environments/{env}/messages/{id}/hand_over": {
    summary: "Shows a message once, to whoever brings it to its recipient.",
    body: ByWhom,
    answer: one("message"),
  },
  "POST /environments/{env}/messages/{id}/deliver": {
    summary: "Says that somebody has brought a message to its recipient.",
    body: ByWhom,
    answer: one("message"),
  },
  "POST /environments/{env}/messages/{id}/discard": {
    summary: "Throws a message away: nobody is to have it.",
    body: ByWhom,
    answer: one("message"),
  },
  "POST /environments/{env}/messages/{id}/send_again": {
    summary: "Has the mail relay try a message again at once.",
    body: ByWhom,
    answer: one("message"),
  },
  "GET /environments/{env}/message_actions": {
    summary: "Lists who read, brought, sent again or threw away which message.",
    query: ["message_id"],
    answer: listOf("message_action"),
  },

  "GET /environments/{env}/webhook_endpoints": {
    summary: "Lists webhook endpoints and how each is doing.",
    answer: listOf("webhook_endpoint"),
  },
  "GET /environments/{env}/webhook_endpoints/{id}": {
    summary: "Shows how a webhook endpoint is doing.",
    answer: one("webhook_endpoint"),
  },
  "GET /environments/{env}/webhook_endpoints/{id}/attempts": {
    summary: "Lists what was tried to deliver.",
    answer: listOf("webhook_attempt"),
  },
  "POST /environments/{env}/webhook_endpoints/{id}/deliveries": {
    summary: "Delivers one event again, now.",
    body: EventId,
    answer: one(null),
  },
  "POST /environments/{env}/webhook_endpoints/{id}/replay": {
    summary: "Delivers every event since one again.",
    body: EventId,
    answer: one("webhook_endpoint"),
  },

  "GET /environments/{env}/event_relay": {
    summary: "Shows where the site's gateway hands events of elsewhere over to this environment.",
    answer: one("event_relay"),
  },
  "PUT /environments/{env}/event_relay": {
    summary: "Takes such events, signed with this secret; the one before holds for a week more.",
    body: SetRelay,
    answer: one("event_relay"),
  },
  "DELETE /environments/{env}/event_relay": {
    summary: "Takes no more of them. Those that are here stay.",
    answer: NOTHING,
  },

  ...Object.fromEntries(
    Object.entries(IMPORTS).map(([name, { schema }]) => [
      `POST /environments/{env}/imports/${name}`,
      {
        summary: `Brings ${name} here with the ids they have elsewhere; each record has a result of its own.`,
        body: batchOf(schema),
        answer: one("import"),
      },
    ]),
  ),
};
