import type { Metadata } from "next";
import { OwnKeys } from "#components/bundles/own-keys.tsx";
import { TrustedKeys } from "#components/bundles/trusted-keys.tsx";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listBundleKeys } from "#lib/bundles/keys/queries.ts";
import { listTrusts } from "#lib/bundles/trust/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Keys of bundles" };

export default async function BundleKeysPage() {
  const actor = await requireActor();
  const [keys, trusts] = await orNotFound(() => Promise.all([listBundleKeys(actor), listTrusts(actor)]));
  return (
    <div className="grid gap-5">
      <Breadcrumb
        items={[
          { label: "Allowlists", href: "/allowlists" },
          { label: "Bundles", href: "/allowlists/bundles" },
          { label: "Keys" },
        ]}
      />
      <OwnKeys
        keys={keys}
        may={{ make: actor.can("bundle_key.make"), retire: actor.can("bundle_key.retire") }}
      />
      <TrustedKeys
        trusts={trusts}
        may={{ add: actor.can("bundle_trust.add"), revoke: actor.can("bundle_trust.revoke") }}
      />
    </div>
  );
}
