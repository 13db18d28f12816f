/**
 * Milliseconds to wait for the end of what goes on: `pause` after the last of it, but not longer than `latest` after it began (`since`, as Date.now has it).
 */
export function pauseWithin(pause: number, latest: number, since: number): number {
  return Math.min(pause, Math.max(0, since + latest - Date.now()));
}
