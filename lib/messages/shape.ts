/** What messages are about, and what each is called. */
export const MESSAGE_KINDS: Readonly<Record<string, string>> = {
  magic_auth: "Sign-in code",
  passwordless: "Sign-in link",
  email_verification: "E-mail verification",
  email_change: "E-mail change",
  password_reset: "Password reset",
  invitation: "Invitation",
};

export const messageKind = (kind: string): string => MESSAGE_KINDS[kind] ?? kind.replaceAll("_", " ");
