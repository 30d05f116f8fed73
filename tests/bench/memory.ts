/** How much memory a process had, seconds after the beginning. */
export interface MemorySample {
  readonly atS: number;
  readonly rssMb: number;
  readonly heapMb: number;
}

export interface MemoryVerdict {
  /** Medians of the first, the middle and the last tenth of the time that counts; of the heap what is left after collections. */
  readonly rssMb: readonly [start: number, middle: number, end: number];
  readonly heapMb: readonly [start: number, middle: number, end: number];
  readonly rssMbPerMinute: number;
  readonly heapMbPerMinute: number;
  readonly isFlat: boolean;
}

/** The beginning does not count: code is compiled, pools and caches are filled. */
const WARM_UP = 0.2;
const WINDOWS = 30;
export const FLAT = { rssGrowth: 0.1, heapGrowth: 0.1 };

/**
 * Whether memory stayed flat: over the time that counts, a line through the resident memory and one through the heap after
 * collections (the lowest of each thirtieth) may rise by a tenth of the median at most. The line is Theil and Sen's, the median of
 * the slopes between all pairs, which a single peak does not bend.
 */
export function judgeMemory(samples: readonly MemorySample[]): MemoryVerdict {
  const lasts = samples.at(-1)?.atS ?? 0;
  const from = lasts * WARM_UP;
  const windows = Array.from({ length: WINDOWS }, (_, index) => {
    const [begin, end] = [index, index + 1].map((edge) => from + ((lasts - from) * edge) / WINDOWS);
    return samples.filter(({ atS }) => atS >= (begin ?? 0) && atS <= (end ?? 0));
  }).filter((window) => window.length > 0);
  if (windows.length < 10) throw new Error("There are too few samples to tell.");
  const points = windows.map((window) => ({
    atMinutes: median(window.map(({ atS }) => atS)) / 60,
    rssMb: median(window.map(({ rssMb }) => rssMb)),
    heapMb: Math.min(...window.map(({ heapMb }) => heapMb)),
  }));
  const rss = points.map(({ atMinutes, rssMb }) => [atMinutes, rssMb] as const);
  const heap = points.map(({ atMinutes, heapMb }) => [atMinutes, heapMb] as const);
  const minutes = (lasts - from) / 60;
  const [rssSlope, heapSlope] = [slopeOf(rss), slopeOf(heap)];
  const grows = (slope: number, values: readonly (readonly [number, number])[], most: number) =>
    slope * minutes > most * median(values.map(([, value]) => value));
  return {
    rssMb: thirds(rss.map(([, value]) => value)),
    heapMb: thirds(heap.map(([, value]) => value)),
    rssMbPerMinute: rssSlope,
    heapMbPerMinute: heapSlope,
    isFlat: !grows(rssSlope, rss, FLAT.rssGrowth) && !grows(heapSlope, heap, FLAT.heapGrowth),
  };
}

function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes = points.flatMap(([x, y], index) =>
    points.slice(index + 1).map(([laterX, laterY]) => (laterY - y) / (laterX - x)),
  );
  return median(slopes);
}

function thirds(values: readonly number[]): [number, number, number] {
  const size = Math.max(1, Math.round(values.length / 10));
  const middle = Math.floor((values.length - size) / 2);
  return [values.slice(0, size), values.slice(middle, middle + size), values.slice(-size)].map(median) as [
    number,
    number,
    number,
  ];
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
