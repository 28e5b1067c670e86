/** How much more memory this process held at its worst while something ran, in bytes: heap and buffers, garbage too. */
export async function peakMemory(run: () => Promise<unknown>): Promise<number> {
  const held = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = held();
  let peak = before;
  const look = () => {
    peak = Math.max(peak, held());
  };
  const timer = setInterval(look, 1);
  try {
    await run();
    look();
  } finally {
    clearInterval(timer);
  }
  return peak - before;
}
