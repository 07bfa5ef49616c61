/** How much of a task's changelog lies behind its newest snapshot, and how large that is. */
export interface SinceSnapshot {
  readonly bytesSince: number
  readonly snapshotBytes: number
}

export const SNAPSHOT_BYTES_MIN = 32 * 1024 * 1024

/**
 * Snapshots are due when the changelogs behind the last ones have grown beyond them, and beyond `bytesMin`.
 * All tasks are saved together, so they are looked at together: a small task that changes much would
 * otherwise have the large ones saved again and again.
 */
export const areSnapshotsDue = (
  tasks: Iterable<SinceSnapshot>,
  bytesMin = SNAPSHOT_BYTES_MIN,
): boolean => {
  let [since, saved] = [0, 0]
  for (const { bytesSince, snapshotBytes } of tasks) {
    since += bytesSince
    saved += snapshotBytes
  }
  return since >= Math.max(bytesMin, saved)
}
