import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** An HTTP answer in place of an upgrade. */
export interface UpgradeRefusal {
  /** The HTTP status: anything but 101. */
  status: number;
  /** The `Retry-After` header: seconds, or a date as text. */
  retryAfter?: number | string;
  /** The `Location` header, for a redirect. */
  location?: string;
}

/** Refuses an upgrade and ends its socket. */
export function refuse(socket: Duplex, { status, retryAfter, location }: UpgradeRefusal): void {
  const body = JSON.stringify({ error: STATUS_CODES[status] ?? 'Refused' });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  if (retryAfter !== undefined) lines.push(`Retry-After: ${retryAfter}`);
  if (location !== undefined) lines.push(`Location: ${location}`);
  socket.once('finish', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
