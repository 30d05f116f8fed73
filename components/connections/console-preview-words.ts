import type { PreviewWords } from "./preview-words.ts";

/** What the console says beside what a test received. */
export const CONSOLE_PREVIEW_WORDS: PreviewWords = {
  fields: {
    idpId: "Identifier",
    email: "E-mail",
    firstName: "First name",
    lastName: "Last name",
    name: "Full name",
    groups: "Groups",
  },
  title: "What the mapping makes of it",
  field: "Field",
  takenFrom: "Taken from",
  value: "Received",
  byUsualNames: "by its usual names",
  notReceived: "Nothing received",
  composed: "first and last name",
  rolesTitle: "Roles",
  rolesElsewhere: "Roles do not come from the provider.",
  byDefault: "in no group that is mapped",
  unusedTitle: "Received, and not used",
  unusedNone: "Everything that was received is used.",
};
