import { Card } from "#components/ui/card.tsx";
import { cx } from "#components/ui/cx.ts";
import type { Boundary, Flow, Place } from "#lib/deployments/boundary.ts";
import { type Box, boxesOf, heightOf, type Line, lineOf, WALL, WIDTH } from "./boundary-layout.ts";

interface BoundaryPictureProps {
  boundary: Boundary;
  /** One sentence: how closed this site is. */
  summary: string;
}

/** Who stands on which side of the boundary, and what passes: drawn, and told in words for whoever does not see it. */
export function BoundaryPicture({ boundary, summary }: BoundaryPictureProps) {
  return (
    <Card title="The boundary" description={summary} flush>
      <figure className="grid">
        <div className="overflow-x-auto px-4 pt-3 max-md:hidden">
          <Drawing boundary={boundary} />
        </div>
        <figcaption className="border-line md:border-t">
          <details className="group px-4 py-2.5 max-md:hidden">
            <summary className="w-fit rounded-sm text-muted text-xs hover:text-ink">
              The same in words
            </summary>
            <Words boundary={boundary} />
          </details>
          <div className="px-4 py-3 md:hidden">
            <Words boundary={boundary} />
          </div>
        </figcaption>
      </figure>
    </Card>
  );
}

function Drawing({ boundary }: { boundary: Boundary }) {
  const height = heightOf(boundary);
  const boxes = boxesOf(boundary);
  const flows = boundary.flows.flatMap((flow) => {
    const line = lineOf(flow, boxes);
    return line ? [{ flow, line }] : [];
  });
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${WIDTH} ${height}`}
      className="mx-auto block w-full min-w-3xl max-w-5xl select-none"
    >
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M1 1 7 4 1 7" fill="none" stroke="context-stroke" strokeWidth="1.4" />
        </marker>
        <pattern id="wall" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="7" height="7" className="fill-sunken" />
          <path d="M0 0V7" className="stroke-line-strong" strokeWidth="2" />
        </pattern>
      </defs>
      <Sides height={height} door={boundary.door} />
      {flows.map(({ flow, line }) => (
        <Gate key={`${flow.from}${flow.to}`} line={line} />
      ))}
      {flows.map(({ flow, line }) => (
        <Arrow key={`${flow.from}${flow.to}`} flow={flow} line={line} />
      ))}
      {boundary.places.map((place) => {
        const box = boxes.get(place.id);
        return box && <PlaceBox key={place.id} place={place} box={box} />;
      })}
    </svg>
  );
}

function Sides({ height, door }: { height: number; door: Boundary["door"] }) {
  const total = door.egress + door.ingress;
  const wallMiddle = WALL.x + WALL.width / 2;
  return (
    <>
      <rect
        x={WALL.x + WALL.width}
        y={26}
        width={WIDTH - WALL.x - WALL.width - 4}
        height={height - 30}
        rx={8}
        className="fill-canvas"
      />
      <text x={40} y={16} className="fill-muted font-medium text-xs">
        Outside
      </text>
      <text x={WIDTH - 4} y={16} textAnchor="end" className="fill-muted font-medium text-xs">
        The customer's network
      </text>
      <text x={wallMiddle} y={16} textAnchor="middle" className="fill-ink font-medium text-xs tabular-nums">
        {total === 0 ? "No door" : `${door.egress} out, ${door.ingress} in`}
      </text>
      <rect
        x={WALL.x}
        y={26}
        width={WALL.width}
        height={height - 30}
        rx={3}
        fill="url(#wall)"
        className="stroke-line-strong"
      />
    </>
  );
}

/** The opening in the wall that a flow goes through. */
function Gate({ line }: { line: Line }) {
  if (line.gate === null) return null;
  return (
    <rect x={WALL.x - 1} y={line.gate - 12} width={WALL.width + 2} height={24} className="fill-surface" />
  );
}

const LINES: Record<Flow["state"], string> = {
  inside: "stroke-control",
  named: "stroke-positive",
  unnamed: "stroke-caution",
};
const LABELS: Record<Flow["state"], string> = {
  inside: "fill-muted",
  named: "fill-positive",
  unnamed: "fill-caution",
};

function Arrow({ flow, line }: { flow: Flow; line: Line }) {
  return (
    <g>
      <path
        d={line.d}
        fill="none"
        strokeWidth={1.5}
        strokeLinejoin="round"
        strokeDasharray={flow.state === "unnamed" ? "4 4" : undefined}
        markerEnd="url(#arrow)"
        className={LINES[flow.state]}
      />
      <text
        x={line.at.x}
        y={line.at.y}
        textAnchor={line.at.anchor}
        className={cx("text-2xs", LABELS[flow.state])}
      >
        {flow.label}
      </text>
    </g>
  );
}

function PlaceBox({ place, box }: { place: Place; box: Box }) {
  const middle = box.y + box.height / 2;
  return (
    <g>
      <title>{place.detail}</title>
      <rect
        x={box.x}
        y={box.y}
        width={box.width}
        height={box.height}
        rx={7}
        strokeDasharray={place.present ? undefined : "4 4"}
        className={cx("stroke-line-strong", place.present ? "fill-surface" : "fill-transparent")}
      />
      <text
        x={box.x + 14}
        y={middle - 4}
        className={cx("font-medium text-sm", place.present ? "fill-ink" : "fill-muted")}
      >
        {place.title}
      </text>
      <text x={box.x + 14} y={middle + 14} className="fill-muted text-xs">
        {shortened(place.detail)}
      </text>
    </g>
  );
}

/** SVG text does not end itself with an ellipsis. */
function shortened(words: string): string {
  return words.length > 30 ? `${words.slice(0, 29).trimEnd()}…` : words;
}

function Words({ boundary }: { boundary: Boundary }) {
  const side = (which: Place["side"]) =>
    boundary.places
      .filter((place) => place.side === which)
      .map((place) => `${place.title} (${place.detail})`);
  const outside = side("outside");
  const { egress, ingress } = boundary.door;
  return (
    <ul className="mt-2 grid list-disc gap-1 pl-4 text-muted text-sm max-md:mt-0">
      <li>Inside the customer's network: {side("inside").join(", ")}.</li>
      {outside.length > 0 && <li>Outside: {outside.join(", ")}.</li>}
      <li>
        {egress + ingress === 0
          ? "No rule is in force: nothing passes the boundary."
          : `Rules in force: ${egress} for what goes out, ${ingress} for what comes in.`}
      </li>
      {boundary.flows.map((flow) => (
        <li key={`${flow.from}${flow.to}`} className={flow.state === "unnamed" ? "text-caution" : undefined}>
          {flow.sentence}
        </li>
      ))}
    </ul>
  );
}
