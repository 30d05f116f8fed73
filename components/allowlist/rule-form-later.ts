"use client";

import { later } from "#components/ui/later.tsx";
import type { Drafted } from "#lib/change-requests/basket/commands.ts";

/** The form of a rule, with all that reads addresses and names while they are typed. */
export const RuleForm = later(async () => ({ default: (await import("./rule-form.tsx")).RuleForm<Drafted> }));
