// What is going on, on one line of the terminal; a line each where there is none.

export function createProgress() {
  const { stderr } = process;
  const progress = (text) => {
    if (!stderr.isTTY) return;
    stderr.clearLine(0);
    stderr.cursorTo(0);
    stderr.write(text);
  };
  progress.done = () => progress('');
  return progress;
}
