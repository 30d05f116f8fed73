"use client";

import { RotateCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Button } from "./button.tsx";

/** Asks the server for this page once more: for what did not answer a moment ago. */
export function TryAgain() {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  return (
    <Button icon={<RotateCw />} pending={pending} onClick={() => startTransition(() => router.refresh())}>
      Try again
    </Button>
  );
}
