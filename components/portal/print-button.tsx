"use client";

import { Printer } from "lucide-react";
import { Button } from "#components/ui/button.tsx";

/** Prints the page; on the paper it is not to be seen. */
export function PrintButton({ label }: { label: string }) {
  return (
    <Button icon={<Printer />} className="print:hidden" onClick={() => window.print()}>
      {label}
    </Button>
  );
}
