/** Something the worker does again and again. */
export interface Job {
  /** `room.verb`; names the queue, the metric and the log line. */
  name: string;
  /** When: a cron expression, in UTC. A run that is due while the last one still works is left out. */
  cron: string;
  /** Does the work, and returns what it counted, for the log. */
  run(): Promise<Record<string, number>>;
}
