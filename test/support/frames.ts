/** Opcodes (RFC 6455, section 5.2). */
export const OPCODE = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** What a frame says of itself, which need not be true. */
export interface Frame {
  opcode: number;
  payload?: Buffer | string;
  /** @default true */
  isFinal?: boolean;
  /** The three reserved bits as a number from 0 to 7; 4 is the one that marks a compressed message. */
  reserved?: number;
  /** As if a client had written it. */
  isMasked?: boolean;
  /** The length that it claims. @default that of the payload */
  claimedLength?: bigint | number;
}

/** The bytes of one frame, right or wrong. */
export function frame({ opcode, payload = '', isFinal = true, reserved = 0, isMasked, claimedLength }: Frame): Buffer {
  const data = Buffer.from(payload);
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const head = [Buffer.from([first]), lengthField(BigInt(claimedLength ?? data.length), isMasked ? 0x80 : 0)];
  if (!isMasked) return Buffer.concat([...head, data]);
  const mask = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([...head, mask, data.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

/** A close frame with any code, and any bytes for a reason. */
export function closeFrame(code: number, reason: Buffer | string = ''): Buffer {
  return frame({
    opcode: OPCODE.close,
    payload: Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]),
  });
}

function lengthField(length: bigint, maskBit: number): Buffer {
  if (length <= 125n) return Buffer.from([maskBit | Number(length)]);
  if (length < 2n ** 16n) return Buffer.from([maskBit | 126, Number(length >> 8n), Number(length & 0xffn)]);
  const field = Buffer.alloc(9);
  field[0] = maskBit | 127;
  field.writeBigUInt64BE(length, 1);
  return field;
}
