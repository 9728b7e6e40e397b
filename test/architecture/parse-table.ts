import type { ImportTable, Room } from './import-table.js';

/**
 * Reads the import table from a document: the fenced block whose lines are
 * `room … → imported room …`, types-only rooms after `types only:`.
 *
 * @throws Error if the document has no such block, or a line of it cannot be read.
 */
export function parseTable(markdown: string): ImportTable {
  const block = [...markdown.matchAll(/^```\w*\n(.*?)^```/gms)]
    .map(([, body = '']) => body)
    .find((body) => body.trim() !== '' && nonEmptyLines(body).every((line) => line.includes('→')));
  if (!block) {
    throw new Error('no import table: expected a fenced block with lines like "message → errors"');
  }
  return Object.fromEntries(nonEmptyLines(block).flatMap((line) => rowsOf(line)));
}

function nonEmptyLines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function rowsOf(line: string): [string, Room][] {
  const [names = '', allowed = '', ...rest] = line.split('→');
  if (words(names).length === 0 || rest.length > 0) {
    throw new Error(`cannot read the import table's line "${line}": expected "room → room …"`);
  }
  const [imports = '', typesOnly] = allowed.split('types only:');
  const room: Room = {
    imports: words(imports),
    ...(typesOnly === undefined ? {} : { typesOnly: words(typesOnly) }),
  };
  return words(names).map((name) => [name, room]);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
