"use client";

import { createContext } from "react";

/** What the controls inside a form may know of it. */
export interface FormFacts {
  pending: boolean;
  /** The sentence beside each field that the action refused. */
  fields: Readonly<Record<string, string>>;
}

export const FormContext = createContext<FormFacts>({ pending: false, fields: {} });
