import type { Crossing } from "#lib/shared/gateway/crossing.ts";

/** Where every part of the gateway writes down what passes, or is refused. */
export interface Recorder {
  /**
   * Takes a crossing to be written with others. The same id again is the same crossing further on, such as a connection that has
   * ended.
   */
  record(crossing: Crossing): void;
  /** Once it is settled, everything that was recorded before is durable. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}
