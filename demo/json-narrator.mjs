/** Tells tools: every event as one JSON object on a line of its own. */
export class JsonNarrator {
  #stream;

  constructor(stream) {
    this.#stream = stream;
  }

  tell(event) {
    this.#stream.write(`${JSON.stringify(event)}\n`);
  }
}
