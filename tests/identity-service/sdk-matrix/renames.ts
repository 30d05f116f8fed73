import type { Renames } from "./recorder.ts";
import type { Major } from "./stage.ts";

const BEFORE_10: Renames = {
  "adminPortal.generateLink": "portal.generateLink",
  "apiKeys.createOrganizationApiKey": "organizations.createOrganizationApiKey",
  "apiKeys.createValidation": "apiKeys.validateApiKey",
  "apiKeys.listOrganizationApiKeys": "organizations.listOrganizationApiKeys",
  "featureFlags.listOrganizationFeatureFlags": "organizations.listOrganizationFeatureFlags",
  "featureFlags.listUserFeatureFlags": "userManagement.listUserFeatureFlags",
  "multiFactorAuth.challengeFactor": "mfa.challengeFactor",
  "multiFactorAuth.createUserAuthFactor": "userManagement.enrollAuthFactor",
  "multiFactorAuth.deleteFactor": "mfa.deleteFactor",
  "multiFactorAuth.enrollFactor": "mfa.enrollFactor",
  "multiFactorAuth.getFactor": "mfa.getFactor",
  "multiFactorAuth.listUserAuthFactors": "userManagement.listAuthFactors",
  "multiFactorAuth.verifyChallenge": "mfa.verifyChallenge",
  "organizationDomains.createOrganizationDomain": "organizationDomains.create",
  "organizationDomains.deleteOrganizationDomain": "organizationDomains.delete",
  "organizationDomains.getOrganizationDomain": "organizationDomains.get",
  "organizationDomains.verifyOrganizationDomain": "organizationDomains.verify",
  "widgets.createToken": "widgets.getToken",
};

/** What each version calls the methods of the newest. */
export const RENAMES: Readonly<Record<Major, Renames>> = {
  "7": BEFORE_10,
  "8": BEFORE_10,
  "10": {},
  "11": {},
};
