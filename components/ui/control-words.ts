"use client";

import { createContext } from "react";

/** The few words that controls say of themselves; a page in another language says them otherwise. */
export const ControlWords = createContext({ optional: "Optional", close: "Close" });
