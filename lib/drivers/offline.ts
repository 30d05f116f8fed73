import { downloader } from "./audit-export.ts";
import { Anything, type Manage, manager, Nothing, requireKnownHost, type ServiceRef } from "./management.ts";
import {
  ConnectionAnswer,
  ConnectionDetailAnswer,
  ConnectionsAnswer,
  EnvironmentAnswer,
  KeysAnswer,
  NewKeyAnswer,
} from "./offline-answers.ts";
import { draftBody, mappingBody, metadataBody, query, samlBody } from "./offline-bodies.ts";
import { directoryMaker, directoryReader } from "./offline-directories.ts";
import { domainKeeper } from "./offline-domains.ts";
import { ldapBody, ldapProber } from "./offline-ldap.ts";
import { messageQueue } from "./offline-messages.ts";
import { IssuerReadingAnswer, ReadingAnswer } from "./offline-readings.ts";
import { revisionKeeper } from "./offline-revisions.ts";
import { signInWatch } from "./offline-sign-ins.ts";
import { ticketReader } from "./offline-tickets.ts";
import { TestAnswer, TraceAnswer, TracesAnswer } from "./offline-traces.ts";
import type { ConnectionMaker, EnvironmentMaker, IdentityDriver, KeyMaker } from "./port.ts";
import { PATIENCE, type Patience, patientFetch } from "./transport.ts";
import { wireDriver } from "./wire.ts";

export interface OfflineEnvironmentRef {
  service: ServiceRef;
  remoteId: string;
  baseUrl: string;
  key: string;
}

/** Drives one environment of an offline identity service: the official SDK where the wire has it, its management API otherwise. */
export function offlineDriver(to: OfflineEnvironmentRef, patience: Patience = PATIENCE): IdentityDriver {
  const upstream = `The identity service “${to.service.name}”`;
  const manage = manager(to.service, patience);
  const plain = patientFetch(upstream, patience);
  const known: typeof fetch = async (input, init) => {
    await requireKnownHost(to.service, plain);
    return await plain(input, init);
  };
  // The service keeps its exports itself: an address elsewhere would have this console read what it should not.
  const open = downloader(upstream, ({ origin }) => origin === new URL(to.baseUrl).origin, patience);
  const home = `/environments/${encodeURIComponent(to.remoteId)}`;
  const wire = wireDriver({
    ...{ upstream, baseUrl: to.baseUrl, key: to.key, fetch: known, sleep: patience.sleep },
    async download(url) {
      await requireKnownHost(to.service, plain);
      return await open(url);
    },
  });
  const directories = directoryReader(manage, home);
  return {
    ...wire,
    async check() {
      const found = await manage({ method: "GET", path: home, answer: EnvironmentAnswer });
      await wire.listConnections(null); // our key is accepted too
      return {
        clientId: found.client_id,
        baseUrl: found.base_url,
        issuer: found.issuer,
        checkedAt: new Date(),
      };
    },
    listConnections: (after) =>
      manage({
        method: "GET",
        path: `${home}/connections?${query({ limit: "100", after })}`,
        answer: ConnectionsAnswer,
      }),
    getConnection: (id) =>
      manage({
        method: "GET",
        path: `${home}/connections/${encodeURIComponent(id)}`,
        answer: ConnectionAnswer,
      }),
    listDirectories: directories.list,
    getDirectory: directories.get,
    connections: connectionMaker(manage, home),
    directories: directoryMaker(manage, home),
    ldap: ldapProber(manage, home),
    keys: keyMaker(manage, home),
    messages: messageQueue(manage, home),
    domains: domainKeeper(manage, home),
    signIns: signInWatch(manage, home),
    tickets: ticketReader(manage, home),
    defaultRedirectUri: {
      async choose(id) {
        const path = `${home}/redirect_uris/${encodeURIComponent(id)}`;
        await manage({ method: "PATCH", path, body: { default: true }, answer: Anything });
      },
    },
  };
}

/** Makes environments on an offline identity service, each with a key for the console itself. */
export function offlineEnvironmentMaker(
  service: ServiceRef,
  patience: Patience = PATIENCE,
): EnvironmentMaker {
  const manage = manager(service, patience);
  return {
    async create(draft, once) {
      const made = await manage({
        method: "POST",
        path: "/environments",
        body: draft,
        once,
        answer: EnvironmentAnswer,
      });
      const key = await keyMaker(manage, `/environments/${made.id}`).create(
        { name: "Sallyport console", expiresAt: null },
        { key: `${once.key}-key`, again: once.again },
      );
      return {
        remoteId: made.id,
        clientId: made.client_id,
        baseUrl: made.base_url,
        issuer: made.issuer,
        keyId: key.id,
        key: key.value,
      };
    },
    async rename(id, name) {
      await manage({
        method: "PATCH",
        path: `/environments/${encodeURIComponent(id)}`,
        body: { name },
        answer: Anything,
      });
    },
    async remove(id) {
      await manage({ method: "DELETE", path: `/environments/${encodeURIComponent(id)}`, answer: Nothing });
    },
  };
}

function connectionMaker(manage: Manage, home: string): ConnectionMaker {
  const at = (id: string) => `${home}/connections/${encodeURIComponent(id)}`;
  return {
    inspect: (source) =>
      manage({
        method: "POST",
        path: "/metadata/inspect",
        body: metadataBody(source),
        answer: ReadingAnswer,
      }),
    inspectIssuer: (issuer) =>
      manage({ method: "POST", path: "/oidc/inspect", body: { issuer }, answer: IssuerReadingAnswer }),
    create: (draft, once) =>
      manage({
        method: "POST",
        path: `${home}/connections`,
        body: draftBody(draft),
        once,
        answer: ConnectionAnswer,
      }),
    change: (id, { saml, ldap, mapping, ...change }) => {
      const body = {
        ...change,
        ...(ldap ? { ldap: ldapBody(ldap) } : {}),
        ...(saml ? { saml: samlBody(saml) } : {}),
        ...(mapping ? mappingBody(mapping) : {}),
      };
      return manage({ method: "PATCH", path: at(id), body, answer: ConnectionAnswer });
    },
    describe: (id) => manage({ method: "GET", path: at(id), answer: ConnectionDetailAnswer }),
    startTest: (id) => manage({ method: "POST", path: `${at(id)}/test_sign_ins`, answer: TestAnswer }),
    readTest: (id, testId) =>
      manage({
        method: "GET",
        path: `${at(id)}/test_sign_ins/${encodeURIComponent(testId)}`,
        answer: TraceAnswer,
      }),
    listTraces: async (id) =>
      (await manage({ method: "GET", path: `${at(id)}/traces?limit=25`, answer: TracesAnswer })).items,
    revisions: revisionKeeper(manage, at),
  };
}

function keyMaker(manage: Manage, home: string): KeyMaker {
  return {
    create: ({ name, expiresAt }, once) => {
      const body = { name, ...(expiresAt ? { expires_at: expiresAt.toISOString() } : {}) };
      return manage({ method: "POST", path: `${home}/api_keys`, body, once, answer: NewKeyAnswer });
    },
    async expire(id, at) {
      const key = `${home}/api_keys/${encodeURIComponent(id)}`;
      if (at.getTime() <= Date.now()) await manage({ method: "DELETE", path: key, answer: Nothing });
      else {
        const body = { expires_at: at.toISOString() };
        await manage({ method: "POST", path: `${key}/expire`, body, answer: Anything });
      }
    },
    listUse: async () =>
      (await manage({ method: "GET", path: `${home}/api_keys?limit=100`, answer: KeysAnswer })).items,
  };
}
