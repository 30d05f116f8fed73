"use client";

import { Download } from "lucide-react";
import { Button } from "#components/ui/button.tsx";

/** Not a link: the router would fetch it ahead, and each download is on record. */
export function DownloadBundle({ bundleId }: { bundleId: string }) {
  return (
    <Button
      variant="primary"
      icon={<Download />}
      onClick={() => window.location.assign(`/allowlists/bundles/${bundleId}/file`)}
    >
      Download
    </Button>
  );
}
