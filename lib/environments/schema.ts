import { z } from "zod";

const name = z.string().trim().min(2, "Give it a name, such as Production.").max(60);
const kind = z.enum(["production", "staging"], "Choose production or staging.");

const deploymentId = z.string().startsWith("dep_");
const environmentId = z.string().startsWith("env_");

const Key = z
  .string()
  .trim()
  .regex(/^sk_[\w-]{8,200}$/, "Paste the whole API key. It starts with sk_.");

/** A new environment, made by the service that will run it or by WorkOS. */
export const CreateEnvironmentInput = z.discriminatedUnion("driver", [
  z.strictObject({
    driver: z.literal("offline"),
    deploymentId,
    name,
    kind,
    serviceId: z.string().startsWith("svc_", "Choose the identity service that runs it."),
  }),
  z.strictObject({ driver: z.literal("workos"), deploymentId, name, kind }),
]);
export type CreateEnvironmentInput = z.infer<typeof CreateEnvironmentInput>;

/** An environment that exists at WorkOS already: its client id and a key of it. */
export const AdoptEnvironmentInput = z.strictObject({
  deploymentId,
  name,
  kind,
  clientId: z
    .string()
    .trim()
    .regex(/^client_\w{6,80}$/, "Paste the client id. It starts with client_."),
  key: Key,
});
export type AdoptEnvironmentInput = z.infer<typeof AdoptEnvironmentInput>;

export const EnvironmentRefInput = z.strictObject({ environmentId });
export type EnvironmentRefInput = z.infer<typeof EnvironmentRefInput>;

export const RenameEnvironmentInput = z.strictObject({ environmentId, name });
export type RenameEnvironmentInput = z.infer<typeof RenameEnvironmentInput>;

export const ReplaceKeyInput = z.strictObject({ environmentId, key: Key });
export type ReplaceKeyInput = z.infer<typeof ReplaceKeyInput>;

export const RemoveEnvironmentInput = z.strictObject({ environmentId, confirm: z.string() });
export type RemoveEnvironmentInput = z.infer<typeof RemoveEnvironmentInput>;
