import {
  ENTERPRISE_SCHEMA,
  GROUP_SCHEMA,
  patchOf,
  type Scim,
  scimClient,
  USER_SCHEMA,
} from "./directories.ts";

/** Somebody as Microsoft Entra ID describes them when it makes them. */
export const entraUser = (
  name: string,
  domain = "example.com",
  givenName = "Given",
  familyName = "Family",
) => ({
  schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
  externalId: name,
  userName: `${name}@${domain}`,
  active: true,
  emails: [{ primary: true, type: "work", value: `${name}@${domain}` }],
  meta: { resourceType: "User" },
  name: { formatted: `${givenName} ${familyName}`, familyName, givenName },
  roles: [],
});

export const entraGroup = (displayName: string, externalId: string) => ({
  schemas: [GROUP_SCHEMA, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
  externalId,
  displayName,
  meta: { resourceType: "Group" },
});

/** Entra's provisioning: each step is the requests that its documentation shows, in their order. */
export function entraProvisioning(scimUrl: string, token: string) {
  const scim: Scim = scimClient({ scimUrl, token });
  const found = async (path: string) => {
    const { status, body } = await scim("GET", path);
    if (status !== 200) throw new Error(`${path}: ${status}`);
    return body.totalResults as number;
  };
  const user = (userName: string) => `/Users?filter=userName+eq+"${encodeURIComponent(userName)}"`;
  return {
    /** Asks for somebody whom nobody knows. */
    testConnection: async () =>
      (await scim("GET", '/Users?filter=userName+eq+"e4ad5e9b-6f1f-4f84-9d8f-c3b7b3e2d111"')).status,
    /** Looks them up first; who is there already is not made again. */
    provisionUser: async (described: ReturnType<typeof entraUser>): Promise<string> => {
      if ((await found(user(described.userName))) > 0) throw new Error(`${described.userName} is there.`);
      const { status, body } = await scim("POST", "/Users", described);
      if (status !== 201) throw new Error(`${described.userName}: ${status}`);
      return body.id;
    },
    /** As two cycles that overlap do it. */
    makeUserAgain: async (described: ReturnType<typeof entraUser>) =>
      (await scim("POST", "/Users", described)).status,
    /** A group is made empty, and its members come after it. */
    provisionGroup: async (described: ReturnType<typeof entraGroup>, members: readonly string[]) => {
      const name = encodeURIComponent(described.displayName);
      if ((await found(`/Groups?excludedAttributes=members&filter=displayName+eq+"${name}"`)) > 0)
        throw new Error(`${described.displayName} is there.`);
      const { status, body } = await scim("POST", "/Groups", described);
      if (status !== 201) throw new Error(`${described.displayName}: ${status}`);
      const value = members.map((id) => ({ $ref: null, value: id }));
      const added = await scim("PATCH", `/Groups/${body.id}`, patchOf({ op: "Add", path: "members", value }));
      if (added.status !== 204) throw new Error(`Members of ${described.displayName}: ${added.status}`);
    },
    /** Whoever is no longer assigned is switched off, with a word for a boolean. */
    disable: async (id: string) =>
      (await scim("PATCH", `/Users/${id}`, patchOf({ op: "Replace", path: "active", value: "False" })))
        .status,
  };
}
