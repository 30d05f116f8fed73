"use client";

import { Printer } from "lucide-react";
import { Button } from "./button.tsx";

/** Opens the browser's own print dialog for the page at hand. */
export function PrintButton({ children = "Print" }: { children?: string }) {
  return (
    <Button icon={<Printer />} onClick={() => window.print()} className="print:hidden">
      {children}
    </Button>
  );
}
