"use client";

import { useEffect, useState } from "react";
import { findCustomersAction } from "#lib/customers/actions.ts";
import { CUSTOMER_CHOICES_MAX, type CustomerChoice } from "#lib/customers/shape.ts";

const WAIT_MS = 200;

/**
 * The customers that a form offers: those it came with, or those the server finds once somebody searches. `isPartial` says that
 * it came with no more than the first of many.
 */
export function useCustomers(first: readonly CustomerChoice[]) {
  const [search, setSearch] = useState("");
  const [found, setFound] = useState<readonly CustomerChoice[]>(first);
  const wanted = search.trim();
  useEffect(() => {
    if (wanted === "") return setFound(first);
    let isLatest = true;
    const timer = setTimeout(async () => {
      const answer = await findCustomersAction(wanted);
      if (isLatest) setFound(answer);
    }, WAIT_MS);
    return () => {
      isLatest = false;
      clearTimeout(timer);
    };
  }, [wanted, first]);
  return { found, search, setSearch, isPartial: first.length >= CUSTOMER_CHOICES_MAX };
}
