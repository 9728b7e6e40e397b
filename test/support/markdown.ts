import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** A block of code between fences. */
export interface FencedBlock {
  /** What stands after the opening fence: a language, perhaps more words. */
  readonly info: string;
  /** The lines between the fences, each ended by a line feed. */
  readonly text: string;
  /** Where the first line of {@link text} stands, counted from 1. */
  readonly line: number;
}

/** Reads a file of the repository. @param path as seen from its root */
export function readDocument(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Finds the blocks of code in a document, in order. @throws Error when one has no end */
export function fencedBlocks(markdown: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { fence: string; info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (open === undefined) {
      const [, fence, info = ''] = /^(`{3,})(.*)$/.exec(line) ?? [];
      if (fence !== undefined) open = { fence, info: info.trim(), line: index + 2, lines: [] };
    } else if (line.trimEnd() === open.fence) {
      const text = open.lines.map((each) => `${each}\n`).join('');
      blocks.push({ info: open.info, text, line: open.line });
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  if (open) throw new Error(`The block of code at line ${open.line} has no end`);
  return blocks;
}

/** Takes a document apart: the text under each heading of this level, up to the next of it or above. */
export function sectionsOf(markdown: string, level: number): Map<string, string> {
  const sections = new Map<string, string>();
  let title: string | undefined;
  for (const line of markdown.split('\n')) {
    const [, marks, text] = /^(#{1,6}) (.*)$/.exec(line) ?? [];
    if (marks !== undefined && marks.length <= level) {
      title = marks.length === level ? text! : undefined;
      if (title !== undefined) sections.set(title, '');
    } else if (title !== undefined) {
      sections.set(title, `${sections.get(title)}${line}\n`);
    }
  }
  return sections;
}

/** Reads the rows of the first table in a text, without its head; each cell without its backquotes. */
export function tableRows(markdown: string): string[][] {
  const lines = markdown.split('\n');
  const head = lines.findIndex((line) => line.startsWith('|'));
  const rows: string[][] = [];
  for (const line of head === -1 ? [] : lines.slice(head + 2)) {
    if (!line.startsWith('|')) break;
    const cells = line.split('|').slice(1, -1);
    rows.push(cells.map((cell) => cell.trim().replaceAll('`', '')));
  }
  return rows;
}
