/** Everything that is said beside what a test received. The console says it in English, the portal in its languages. */
export interface PreviewWords {
  /** Field of a profile; those of the customer's own are shown by their names. */
  fields: Readonly<Record<string, string>>;
  title: string;
  field: string;
  takenFrom: string;
  value: string;
  byUsualNames: string;
  notReceived: string;
  composed: string;
  rolesTitle: string;
  rolesElsewhere: string;
  /** Beside a role that comes because the person is in no group that is mapped. */
  byDefault: string;
  unusedTitle: string;
  unusedNone: string;
}
