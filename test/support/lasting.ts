/** The time of a fault that by its nature lasts one; nothing is waited for by it. */
export function lasting(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
