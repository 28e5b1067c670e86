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
