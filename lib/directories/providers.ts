/** The providers a directory can be made for by hand, under the names people know. */
export const DIRECTORY_PROVIDERS = {
  "generic scim v2.0": "Any SCIM 2.0 provider",
  "cyberark scim v2.0": "CyberArk",
  "jump cloud scim v2.0": "JumpCloud",
  "azure scim v2.0": "Microsoft Entra ID",
  "okta scim v2.0": "Okta",
  "onelogin scim v2.0": "OneLogin",
  "pingfederate scim v2.0": "PingFederate",
  "rippling scim v2.0": "Rippling",
  "sailpoint scim v2.0": "SailPoint",
} as const;

/** Those that only WorkOS reads, over the Internet. */
const ELSEWHERE: Record<string, string> = {
  bamboohr: "BambooHR",
  "breathe hr": "Breathe HR",
  "cezanne hr": "Cezanne HR",
  "fourth hr": "Fourth",
  "gsuite directory": "Google Workspace",
  hibob: "HiBob",
  "people hr": "PeopleHR",
  personio: "Personio",
  s3: "S3",
  sftp: "SFTP",
  "sftp workday": "Workday over SFTP",
  workday: "Workday",
};

/** What a directory type is called on a screen. */
export function directoryProviderName(type: string): string {
  if (type === "generic scim v2.0") return "SCIM 2.0";
  if (type === "ldap") return "LDAP";
  return { ...ELSEWHERE, ...DIRECTORY_PROVIDERS }[type] ?? type;
}
