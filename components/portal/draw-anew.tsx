"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Has the frame around the page drawn anew: a set-up that ended meanwhile has no progress to show any more. */
export function DrawAnew() {
  const { refresh } = useRouter();
  useEffect(() => refresh(), [refresh]);
  return null;
}
