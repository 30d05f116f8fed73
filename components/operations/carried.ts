"use client";

import { toast } from "#components/ui/toast.ts";
import type { Carried } from "#lib/platform/outbox.ts";

/** Says what became of something that is done at another place: done, or waiting and why. */
export function sayCarried(done: string): (carried: Carried) => void {
  return (carried) => {
    if (carried.state === "done") toast(done);
    else toast(`Not done yet, and will be tried again. ${carried.reason}`, "negative");
  };
}
