/** Numbers live messages the way Redis streams do: `<milliseconds>-<sequence>`, always increasing. */
export class StreamIds {
  #millis = 0;
  #sequence = 0;

  next(): string {
    const now = Date.now();
    this.#sequence = now > this.#millis ? 0 : this.#sequence + 1;
    this.#millis = Math.max(now, this.#millis);
    return `${this.#millis}-${this.#sequence}`;
  }
}

/** Whether one id comes after another: both parts count as numbers. */
export function isAfter(id: string, other: string): boolean {
  const [millis = 0, sequence = 0] = id.split('-').map(Number);
  const [otherMillis = 0, otherSequence = 0] = other.split('-').map(Number);
  return millis > otherMillis || (millis === otherMillis && sequence > otherSequence);
}
