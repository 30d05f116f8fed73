import { Plus } from "lucide-react";
import type { Metadata } from "next";
import { RegisterService } from "#components/services/register-service.tsx";
import { ServiceDrawer } from "#components/services/service-drawer.tsx";
import { ServicesTable } from "#components/services/services-table.tsx";
import { Button } from "#components/ui/button.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listCustomerChoices } from "#lib/customers/queries.ts";
import { parseListQuery, urlWithout } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { getService, listServices } from "#lib/services/queries.ts";
import { SERVICE_LIST } from "#lib/services/schema.ts";

export const metadata: Metadata = { title: "Identity services" };

export default async function ServicesPage({ searchParams }: PageProps<"/settings/services">) {
  const params = await searchParams;
  const actor = await requireActor();
  const page = await orNotFound(() => listServices(actor, parseListQuery(params, SERVICE_LIST)));
  const id = typeof params.service === "string" ? params.service : null;
  const open = id === null ? null : await orNotFound(() => getService(actor, id));
  const register = actor.can("service.register") && (
    <RegisterService
      customers={await listCustomerChoices(actor)}
      ofVendor={actor.customers === "all"}
      trigger={
        <Button variant="primary" icon={<Plus />}>
          Register service
        </Button>
      }
    />
  );
  return (
    <div className="grid min-w-0 gap-4">
      <p className="max-w-2xl text-muted text-sm">
        Each is known again by its own key before anything secret is sent to it.
      </p>
      <ServicesTable page={page} canRemove={actor.can("service.remove")} register={register || undefined} />
      {open && (
        <ServiceDrawer
          key={open.id}
          service={open}
          canCheck={actor.can("service.register")}
          closeHref={`/settings/services${urlWithout(params, "service")}`}
        />
      )}
    </div>
  );
}
