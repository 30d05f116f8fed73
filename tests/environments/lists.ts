import { listKeys } from "#lib/api-keys/queries.ts";
import { KEY_LIST } from "#lib/api-keys/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { listRedirectUris } from "#lib/redirect-uris/queries.ts";
import { REDIRECT_URI_LIST } from "#lib/redirect-uris/schema.ts";
import { anActor } from "#tests/support/actors.ts";

const owner = anActor();

export const keysOf = async (environmentId: string) =>
  (await listKeys(owner, environmentId, parseListQuery({}, KEY_LIST))).rows;

export const urisOf = async (environmentId: string) =>
  (await listRedirectUris(owner, environmentId, parseListQuery({}, REDIRECT_URI_LIST))).rows;
