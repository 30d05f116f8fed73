import type { CodeSample } from "#components/ui/code-block.tsx";

/** How each official SDK is pointed at an environment. Only the address differs from a program that talks to the cloud. */
export function sdkSamples(baseUrl: string, clientId: string): readonly [CodeSample, ...CodeSample[]] {
  const url = new URL(baseUrl);
  const https = url.protocol === "https:";
  const node = [
    `apiHostname: "${url.hostname}"`,
    ...(https ? [] : ["https: false"]),
    ...(url.port ? [`port: ${url.port}`] : []),
    `clientId: "${clientId}"`,
  ];
  return [
    {
      label: "Node.js",
      code: `import { WorkOS } from "@workos-inc/node";

const workos = new WorkOS(process.env.WORKOS_API_KEY, {
${node.map((line) => `  ${line},`).join("\n")}
});`,
    },
    {
      label: "Python",
      code: `import os
from workos import WorkOSClient

client = WorkOSClient(
    api_key=os.environ["WORKOS_API_KEY"],
    client_id="${clientId}",
    base_url="${baseUrl}",
)`,
    },
    {
      label: "Go",
      code: `client := workos.NewClient(
	os.Getenv("WORKOS_API_KEY"),
	workos.WithClientID("${clientId}"),
	workos.WithBaseURL("${baseUrl}"),
)`,
    },
    {
      label: "Ruby",
      code: `client = WorkOS::Client.new(
  api_key: ENV.fetch("WORKOS_API_KEY"),
  client_id: "${clientId}",
  base_url: "${baseUrl}"
)`,
    },
    {
      label: "PHP",
      code: `$workos = new \\WorkOS\\WorkOS(
    apiKey: getenv('WORKOS_API_KEY'),
    clientId: '${clientId}',
    baseUrl: '${baseUrl}',
);`,
    },
    {
      label: "Java / Kotlin",
      code: `val workos = WorkOS(
    apiKey = System.getenv("WORKOS_API_KEY"),
    clientId = "${clientId}",
    apiBaseUrl = "${baseUrl}",
)`,
    },
  ];
}
