import { Download } from "lucide-react";
import { buttonClass } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";

/** How the doctor is run at the site: taken along as one file, or by the Sallyport that is there. */
export function RunDoctor({ deploymentId }: { deploymentId: string }) {
  const at = `/deployments/${deploymentId}/doctor/take`;
  return (
    <Card
      title="Run it at the site"
      description="On the machine that Sallyport runs on, or is to. Nothing is installed, and nothing but the site itself is asked."
      actions={
        <>
          <a href={`${at}?what=plan`} download className={buttonClass({ variant: "ghost" }, true)}>
            Plan only
          </a>
          <a href={`${at}?what=program`} download className={buttonClass({ variant: "primary" }, true)}>
            <Download />
            Take the doctor
          </a>
        </>
      }
    >
      <div className="grid gap-3 text-sm">
        <p className="max-w-2xl text-muted">
          One file with this deployment’s plan inside: which names, doors, identity providers, directories and
          redirect URIs to look at. It holds no secret. It writes a report to carry back here.
        </p>
        <CodeBlock
          samples={[
            { label: "With Node 20 or later", code: "node sallyport-doctor.mjs" },
            {
              label: "With Sallyport at the site",
              code: "npm run -s sallyport -- doctor --plan doctor-plan.json --out report.sallyport-doctor.json",
            },
            {
              label: "Bind and database as well",
              code: "SALLYPORT_DOCTOR_LDAP_PASSWORD=… DATABASE_URL=postgresql://… node sallyport-doctor.mjs",
            },
          ]}
        />
      </div>
    </Card>
  );
}
