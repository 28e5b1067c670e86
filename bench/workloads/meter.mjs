// CPU and wall time of a stretch of work in this process, in microseconds.

export function startMeter() {
  const cpu = process.cpuUsage();
  const wall = process.hrtime.bigint();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { cpu: user + system, wall: Number(process.hrtime.bigint() - wall) / 1_000 };
  };
}

/** What a meter read, for each of so many. */
export const per = ({ cpu, wall }, count) => ({ value: cpu / count, wall: wall / count });

/** The live heap, in bytes, with what hangs on it outside; needs `--expose-gc`. */
export async function liveHeap() {
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
