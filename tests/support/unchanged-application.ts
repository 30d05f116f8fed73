import { createInterface } from "node:readline";
import { WorkOS } from "@workos-inc/node";

// A vendor's application as it runs against the cloud: no host, no port, no setting of ours. It writes where the person is to
// be sent, reads the code that came back, and writes who signed in.

const redirectUri = "http://127.0.0.1:9999/callback";
const workos = new WorkOS({ apiKey: process.env.WORKOS_API_KEY, clientId: process.env.WORKOS_CLIENT_ID });
const clientId = process.env.WORKOS_CLIENT_ID ?? "";

const { data } = await workos.organizations.listOrganizations();
const organization = data[0]?.id ?? "";
const url = workos.sso.getAuthorizationUrl({ organization, clientId, redirectUri, state: "here" });
console.log(JSON.stringify({ url }));
for await (const code of createInterface({ input: process.stdin })) {
  const { profile } = await workos.sso.getProfileAndToken({ code, clientId });
  console.log(JSON.stringify({ email: profile.email, organizationId: profile.organizationId }));
  break;
}
