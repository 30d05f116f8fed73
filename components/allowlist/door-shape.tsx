import { cx } from "#components/ui/cx.ts";

interface DoorShapeProps {
  direction: "egress" | "ingress" | "none" | "more";
  /** Carried by somebody's browser rather than by the installation. */
  dashed?: boolean;
}

/** A piece of the wall: with a gap and an arrow through it where there is a door, or closed. */
export function DoorShape({ direction, dashed = false }: DoorShapeProps) {
  const open = direction === "egress" || direction === "ingress";
  return (
    <svg
      aria-hidden
      viewBox="0 0 176 40"
      preserveAspectRatio="xMidYMid slice"
      className="h-10 w-full"
      fill="none"
    >
      <path
        d={open ? "M82 0V11M94 0V11M82 29V40M94 29V40" : "M82 0V40M94 0V40"}
        className="stroke-line-strong"
        strokeWidth="1.5"
      />
      <path d={open ? "M82 0H94V11H82ZM82 29H94V40H82Z" : "M82 0H94V40H82Z"} className="fill-sunken" />
      {open && <path d="M82 11H94M82 29H94" className="stroke-line-strong" strokeWidth="1.5" />}
      {open && (
        <path
          d={direction === "egress" ? "M34 20H136" : "M142 20H40"}
          strokeDasharray={dashed ? "5 4" : undefined}
          strokeWidth="1.75"
          className={strokeOf(direction)}
        />
      )}
      {open && (
        <path
          d={direction === "egress" ? "M131 14.5 137 20 131 25.5" : "M45 14.5 39 20 45 25.5"}
          strokeWidth="1.75"
          strokeLinecap="round"
          strokeLinejoin="round"
          className={strokeOf(direction)}
        />
      )}
      {direction === "none" && (
        <path
          d="M34 20H70M106 20H142M66 15.5 75 24.5M75 15.5 66 24.5M110 15.5 101 24.5M101 15.5 110 24.5"
          strokeWidth="1.5"
          strokeLinecap="round"
          className="stroke-faint"
        />
      )}
      {direction === "more" && (
        <path
          d="M60 20H62M67 20H69M74 20H76"
          strokeWidth="2"
          strokeLinecap="round"
          className="stroke-faint"
        />
      )}
    </svg>
  );
}

function strokeOf(direction: "egress" | "ingress" | "none" | "more"): string {
  return cx(direction === "egress" ? "stroke-accent" : "stroke-caution");
}
