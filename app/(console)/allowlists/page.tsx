import { redirect } from "next/navigation";

export default function AllowlistsPage(): never {
  redirect("/allowlists/requests");
}
