import {
  ArrowLeftRight,
  BookOpen,
  Building2,
  DoorClosed,
  LayoutGrid,
  ScrollText,
  Server,
  Settings2,
  Users,
} from "lucide-react";
import type { NavItem } from "./nav-item.ts";

const ICONS = {
  overview: LayoutGrid,
  deployments: Server,
  customers: Building2,
  allowlists: DoorClosed,
  crossings: ArrowLeftRight,
  guides: BookOpen,
  audit: ScrollText,
  people: Users,
  settings: Settings2,
};

export function NavIcon({ icon }: { icon: NavItem["icon"] }) {
  const Icon = ICONS[icon];
  return <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />;
}
