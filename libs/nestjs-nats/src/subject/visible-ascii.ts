/**
 * Tells whether a text has nothing but visible ASCII characters, as nearly all subjects and ids do: then
 * whatever forbids white space, control characters or halves of characters need not be asked.
 */
export function isVisibleAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit <= 0x20 || unit >= 0x7f) return false;
  }
  return true;
}
