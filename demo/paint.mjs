import util from 'node:util';

const NO_BREAK_SPACE = '\u00a0';
const LEAST_ROOM = 30;

/**
 * Colours text, if the stream is a terminal that shows colours; NO_COLOR and TERM=dumb say that it does not.
 *
 * @param {NodeJS.WriteStream} stream
 * @returns {(style: string | undefined, text: string) => string}
 */
export function paintFor(stream) {
  // `styleText` came with Node 20.12. Whether to use it is decided here, for the stream at hand.
  const { styleText } = util;
  if (!styleText || !stream.isTTY || !stream.hasColors()) return (_style, text) => text;
  return (style, text) => (style === undefined ? text : styleText(style, text, { validateStream: false }));
}

/** Text that `wrap` keeps on one line. */
export function unbroken(text) {
  return text.replaceAll(' ', NO_BREAK_SPACE);
}

/** Breaks painted text between words, and begins every line but the first at `indent`; without columns, never. */
export function wrap(text, indent, columns) {
  const room = columns - indent;
  const lines = room >= LEAST_ROOM ? broken(text.split(' '), room) : [text];
  return lines.join(`\n${' '.repeat(indent)}`).replaceAll(NO_BREAK_SPACE, ' ');
}

function broken(words, room) {
  const lines = [];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && widthOf(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function widthOf(text) {
  return util.stripVTControlCharacters(text).length;
}
