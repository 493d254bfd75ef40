import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU time, user and system, that processes have used so far, in milliseconds. The scheduler's own count, in nanoseconds, of every
 * thread: `/proc/<pid>/stat` shows the same time in steps of 10 ms, as long as many of the measured runs.
 */
export function cpuMs(pids: readonly number[]): number {
  let nanoseconds = 0;
  for (const pid of pids) for (const task of readdirSync(`/proc/${pid}/task`)) nanoseconds += onCore(pid, task);
  return nanoseconds / 1e6;
}

function onCore(pid: number, task: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ', 1)[0]);
  } catch {
    return 0; // a thread that just ended
  }
}

/** Memory that processes hold, in MB. */
export const residentMb = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return sum + Number(kilobytes ?? 0) / 1024;
  }, 0);
