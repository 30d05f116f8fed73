import { redirect } from "next/navigation";

/** Settings open on their first part. */
export default function SettingsPage() {
  redirect("/settings/services");
}
