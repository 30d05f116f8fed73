import type { Purpose } from "#lib/access/permissions.ts";
import type { LinkState } from "./shape.ts";

/** What a link is for, as the console says it. */
export const PURPOSE_WORDS: Record<Purpose, { name: string; means: string }> = {
  sso: { name: "Sign-in", means: "Connects their identity provider." },
  dsync: { name: "Directory", means: "Connects the directory of their people and groups." },
  domain_verification: { name: "Domains", means: "Proves which e-mail domains are theirs." },
  certificate_renewal: { name: "Certificate", means: "Replaces the certificate of a sign-in that is there." },
  audit_logs: { name: "Audit log", means: "Takes their part of the audit log away as a file." },
};

export const LINK_STATE_WORDS: Record<LinkState, string> = {
  waiting: "Not opened",
  open: "Open",
  finished: "Finished",
  expired: "Expired",
  revoked: "Revoked",
  replaced: "Replaced",
};
