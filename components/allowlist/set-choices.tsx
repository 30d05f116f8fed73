"use client";

import { createContext } from "react";
import type { SetChoice } from "#lib/allowlist/sets/queries.ts";

/** The address sets that a rule of the deployment may name. */
export const SetChoices = createContext<readonly SetChoice[]>([]);
