import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { ProviderRow } from "#lib/auth/sso/queries.ts";

interface ProviderFieldsProps {
  kind: string;
  /** What is there already; null for a new one, which needs a secret. */
  known: ProviderRow | null;
}

/** What is asked of an SSO provider, new or changed. */
export function ProviderFields({ kind, known }: ProviderFieldsProps) {
  const secretHint = known
    ? "Leave it empty to keep the one that is sealed."
    : "Kept sealed, and never shown again.";
  return (
    <>
      <Field label="Name" name="name" hint="Stands on the button: “Continue with …”." required>
        <Input defaultValue={known?.name ?? ""} placeholder="Contoso" autoComplete="off" />
      </Field>
      {kind === "oidc" ? (
        <Field label="Issuer" name="issuer" hint="Exactly as it names itself." required>
          <Input
            mono
            defaultValue={known?.issuer ?? ""}
            placeholder="https://login.example.com"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      ) : (
        <EnvironmentFields known={known} />
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Client ID" name="clientId" required>
          <Input mono defaultValue={known?.clientId ?? ""} autoComplete="off" spellCheck={false} />
        </Field>
        <Field
          label={kind === "oidc" ? "Client secret" : "API key"}
          name="clientSecret"
          hint={secretHint}
          required={known === null}
        >
          <Input mono type="password" autoComplete="off" spellCheck={false} />
        </Field>
      </div>
    </>
  );
}

function EnvironmentFields({ known }: { known: ProviderRow | null }) {
  return (
    <>
      <Field label="Base URL" name="baseUrl" hint="Without a path." required>
        <Input
          mono
          defaultValue={known?.baseUrl ?? ""}
          placeholder="https://identity.example.com"
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <Field
        label="Organization or connection ID"
        name="target"
        hint="Only people who sign in through this one are let in."
        required
      >
        <Input
          mono
          defaultValue={known?.connectionId ?? known?.organizationId ?? ""}
          placeholder="org_… or conn_…"
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
    </>
  );
}
