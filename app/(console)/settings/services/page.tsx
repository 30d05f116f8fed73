import { Plus, Server } from "lucide-react";
import type { Metadata } from "next";
import { RegisterService } from "#components/services/register-service.tsx";
import { ServicesList } from "#components/services/services-list.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listCustomerChoices } from "#lib/customers/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { listServices } from "#lib/services/queries.ts";

export const metadata: Metadata = { title: "Identity services" };

export default async function ServicesPage() {
  const actor = await requireActor();
  const services = await orNotFound(listServices(actor));
  const register = actor.can("service.register") && (
    <RegisterService
      customers={await listCustomerChoices(actor, "")}
      ofVendor={actor.customers === "all"}
      trigger={
        <Button variant="primary" icon={<Plus />}>
          Register service
        </Button>
      }
    />
  );
  if (services.length === 0)
    return (
      <div className="rounded-lg border border-line bg-surface">
        <EmptyState icon={<Server />} title="No identity services yet." action={register}>
          An offline identity service signs people in at a site without the Internet. The one of this
          installation registers itself as soon as it runs.
        </EmptyState>
      </div>
    );
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-2xl text-muted text-sm">
          Each is known again by its own key before anything secret is sent to it.
        </p>
        {register}
      </div>
      <ServicesList
        services={services}
        canCheck={actor.can("service.register")}
        canRemove={actor.can("service.remove")}
      />
    </div>
  );
}
