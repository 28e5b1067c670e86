import type { Socket } from 'node:net';

/** Writes the same bytes until the peer has had enough; resolves with how many it was ready to take. */
export async function flood(socket: Socket, chunk: Buffer): Promise<number> {
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const drained = () => Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
  let written = 0;
  while (!socket.destroyed && socket.writable) {
    written += chunk.length;
    if (!socket.write(chunk)) await drained();
    // The peer lives in this process, and needs its turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return written;
}
