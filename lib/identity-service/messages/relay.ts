import { createTransport, type Transporter } from "nodemailer";
import type { Env } from "../env.ts";
import { RelayProblem } from "./relay-problem.ts";

export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** The same for each try, so that a mailbox that got it twice shows it once. */
  id: string;
}

export interface Relay {
  /** @throws RelayProblem */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** The mail relay of this network (RFC 5321), one connection kept open for many messages. */
export function openRelay({ url, from }: NonNullable<Env["mail"]>): Relay {
  const transport: Transporter = createTransport({
    url,
    requireTLS: needsTls(url),
    pool: true,
    maxConnections: 2,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    // A message is text of ours: nothing in it is ever to be read from a file or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  } as object);
  return {
    send: async ({ to, subject, text, id }) => {
      const domain = from.slice(from.lastIndexOf("@") + 1).replace(/[^A-Za-z0-9.-]/g, "");
      try {
        await transport.sendMail({
          from,
          to: { name: "", address: to },
          subject,
          text,
          messageId: `<${id}@${domain}>`,
          headers: { "auto-submitted": "auto-generated" },
        });
      } catch (error) {
        const { responseCode, message } = error as { responseCode?: number; message: string };
        throw new RelayProblem(message.slice(0, 300), responseCode !== undefined && responseCode >= 500);
      }
    },
    close: () => transport.close(),
  };
}

/**
 * Whether STARTTLS is insisted on (RFC 3207, 6): what is merely offered can be taken away by whoever stands between, and
 * with it the password and every code. Not towards this very machine, nor where the address says `?requireTLS=false`.
 */
export function needsTls(url: string): boolean {
  const { protocol, hostname, searchParams } = new URL(url);
  const here = hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
  return protocol === "smtp:" && !here && searchParams.get("requireTLS") !== "false";
}
