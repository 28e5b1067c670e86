/** Text of the peer's or of the platform's without characters that could forge a line of a log: controls, line and paragraph separators. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
