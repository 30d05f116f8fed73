import type { NewMessage } from "./queue.ts";

type Text = Pick<NewMessage, "subject" | "text">;

interface About {
  /** What the application is called. */
  application: string;
  expiresAt: Date;
}

export function magicAuthText({
  code,
  askedFrom,
  ...about
}: About & { code: string; askedFrom: string | null }): Text {
  return {
    subject: line(`Your sign-in code for ${about.application}`),
    text: paragraphs(
      `Somebody asked to sign in to ${line(about.application)} with this e-mail address${askedFrom ? `, from ${askedFrom}` : ""}. The code is`,
      `    ${code}`,
      `It is good for one sign-in, until ${utc(about.expiresAt)}.`,
      "If it was not you, nobody can sign in without this code: do not tell it to anyone.",
    ),
  };
}

export function magicLinkText({ link, ...about }: About & { link: string }): Text {
  return {
    subject: line(`Sign in to ${about.application}`),
    text: paragraphs(
      `To sign in to ${line(about.application)} with this e-mail address, open`,
      link,
      `The link is good for one sign-in, until ${utc(about.expiresAt)}. Whoever has it can sign in as you: do not pass it on.`,
      "If you did not ask for it, do nothing.",
    ),
  };
}

export function emailVerificationText({ code, ...about }: About & { code: string }): Text {
  return {
    subject: line(`Verify your e-mail address for ${about.application}`),
    text: paragraphs(
      `To show ${line(about.application)} that this e-mail address is yours, enter this code:`,
      `    ${code}`,
      `It is good until ${utc(about.expiresAt)}.`,
      "If you have no account there, somebody else gave your address. Without the code they cannot use it.",
    ),
  };
}

export function emailChangeText({ code, ...about }: About & { code: string }): Text {
  return {
    subject: line(`Confirm your new e-mail address for ${about.application}`),
    text: paragraphs(
      `Somebody asked to use this e-mail address for their account with ${line(about.application)}. To confirm it, enter this code:`,
      `    ${code}`,
      `It is good until ${utc(about.expiresAt)}.`,
      "If it was not you, do nothing: without the code nothing changes.",
    ),
  };
}

export function passwordResetText({ link, ...about }: About & { link: string }): Text {
  return {
    subject: line(`Set a new password for ${about.application}`),
    text: paragraphs(
      `Somebody asked to set a new password for your account with ${line(about.application)}. To choose one, open`,
      link,
      `The link is good for one use, until ${utc(about.expiresAt)}. You will be signed out everywhere.`,
      "If it was not you, do nothing: your password stays as it is.",
    ),
  };
}

export function invitationText({
  link,
  inviter,
  organization,
  ...about
}: About & { link: string; inviter: string | null; organization: string | null }): Text {
  const where = organization
    ? `${line(organization)} on ${line(about.application)}`
    : line(about.application);
  const who = inviter ? `${line(inviter)} invites you` : "You are invited";
  return {
    subject: line(
      `${inviter ? `${inviter} invites you` : "You are invited"} to ${organization ?? about.application}`,
    ),
    text: paragraphs(
      `${who} to join ${where}. To accept, open`,
      link,
      `The invitation is good until ${utc(about.expiresAt)}. If you do not know what it is for, do nothing.`,
    ),
  };
}

function paragraphs(...texts: string[]): string {
  return `${texts.join("\n\n")}\n`;
}

/** One line of a name that others chose: it must neither end a header nor pass for a paragraph of ours. */
function line(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").slice(0, 200);
}

function utc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
