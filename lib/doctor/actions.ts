"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { uploadReport } from "./commands.ts";
import { UploadReportInput } from "./schema.ts";

type Uploaded = Awaited<ReturnType<typeof uploadReport>>;

export async function uploadReportAction(
  _previous: ActionState<Uploaded>,
  form: FormData,
): Promise<ActionState<Uploaded>> {
  const state = await runAction(UploadReportInput, form, uploadReport);
  refresh();
  return state;
}
