interface DoorShapeProps {
  direction: "egress" | "ingress" | "none" | "more";
  /** Carried by somebody's browser rather than by the installation. */
  dashed?: boolean;
}

/** A piece of the wall: with a gap and an arrow through it where there is a door, or closed. As tall as its row. */
export function DoorShape({ direction, dashed = false }: DoorShapeProps) {
  const open = direction === "egress" || direction === "ingress";
  return (
    <span aria-hidden className="relative grid min-h-10 place-items-center self-stretch">
      <span className="absolute inset-y-0 left-1/2 w-3 -translate-x-1/2 border-line-strong border-x bg-sunken" />
      <svg aria-hidden viewBox="0 0 112 32" className="relative h-8 w-28" fill="none">
        {open && <path d="M48 7H64V25H48Z" className="fill-surface" />}
        {open && <path d="M49.5 7H62.5M49.5 25H62.5" className="stroke-line-strong" strokeWidth="1" />}
        <Sign direction={direction} dashed={dashed} />
      </svg>
    </span>
  );
}

function Sign({ direction, dashed }: Required<DoorShapeProps>) {
  if (direction === "none") {
    return (
      <path
        d="M4 16H36M76 16H108M31 11.5 40 20.5M40 11.5 31 20.5M81 11.5 72 20.5M72 11.5 81 20.5"
        strokeWidth="1.5"
        strokeLinecap="round"
        className="stroke-faint"
      />
    );
  }
  if (direction === "more") {
    return (
      <path d="M55 9H57M55 16H57M55 23H57" strokeWidth="2.5" strokeLinecap="round" className="stroke-faint" />
    );
  }
  const out = direction === "egress";
  return (
    <g
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={out ? "stroke-accent" : "stroke-caution"}
    >
      <path d={out ? "M4 16H106" : "M108 16H6"} strokeDasharray={dashed ? "4 5" : undefined} />
      <path d={out ? "M101 10.5 107 16 101 21.5" : "M11 10.5 5 16 11 21.5"} />
    </g>
  );
}
