/** How far the live messages of one stream have been applied. */
export interface Cursor {
  /** The last of them that was applied, with none missing before it. */
  id?: string;
  /** Whether one is missing that came after it. */
  isHeld?: boolean;
}

/** Applies a live message unless it is no news. One that cannot be applied holds the cursor where it is. */
export function follow(cursor: Cursor, id: unknown, apply: () => void): void {
  if (!id || typeof id !== 'string') return apply();
  if (cursor.id !== undefined && sortable(id) <= sortable(cursor.id)) return;
  const { isHeld } = cursor;
  cursor.isHeld = true;
  apply();
  cursor.isHeld = isHeld;
  if (!isHeld) cursor.id = id;
}

/** Ids compare as numbers, `<milliseconds>-<sequence>`: both have 64 bits, and so at most 20 digits. */
function sortable(id: string): string {
  return id.replace(/\d+/g, (digits) => digits.padStart(20, '0'));
}
