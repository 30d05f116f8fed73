"use server";
import { refresh } from "next/cache";
import type { ActionState } from "#lib/platform/action-state.ts";
import { runPortalAction } from "../setup.ts";
import { type Brought, bringPortalReport, showDoors } from "./commands.ts";
import { BringReportInput, ShowDoorsInput } from "./schema.ts";

type Shown = Awaited<ReturnType<typeof showDoors>>;

export async function showDoorsAction(
  _previous: ActionState<Shown>,
  form: FormData,
): Promise<ActionState<Shown>> {
  return await runPortalAction(ShowDoorsInput, form, showDoors);
}

export async function bringReportAction(
  _previous: ActionState<Brought>,
  form: FormData,
): Promise<ActionState<Brought>> {
  const state = await runPortalAction(BringReportInput, form, bringPortalReport);
  refresh();
  return state;
}
