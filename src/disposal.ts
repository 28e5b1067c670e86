/**
 * Gives `owner` what `await using` calls, its `close`, where the symbol of that exists. In the body of a class, a name that is
 * computed keeps bundlers from leaving out the class when nobody imports it.
 */
export function closesAfterUse(owner: { close(): Promise<void> }): void {
  const symbol = Symbol.asyncDispose as symbol | undefined;
  if (symbol) Object.defineProperty(owner, symbol, { value: () => owner.close() });
}
