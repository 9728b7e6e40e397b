import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fencedBlocks } from '../support/markdown.js';
import { DOCUMENTS, ROOT } from './documents.js';

/** Gives the text of a document without its code, where links are no links. */
function proseOf(path: string): string {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return fencedBlocks(text).reduce((prose, block) => prose.replace(block.text, ''), text);
}

/** Names a heading as its link does: in lower case, without punctuation, with hyphens. */
function anchorOf(heading: string): string {
  const words = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '');
  return words.trim().replaceAll(' ', '-');
}

function anchorsOf(path: string): string[] {
  return [...proseOf(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

/** Finds the links of a document that lead nowhere in the repository. */
function brokenLinks(path: string): string[] {
  const links = [...proseOf(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const found = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(ROOT, found))) return true;
    return anchor !== undefined && !anchorsOf(found).includes(anchor);
  });
}

describe('the links between documents', () => {
  it.each(DOCUMENTS)('%s leads nowhere in vain', (path) => {
    expect(brokenLinks(path)).toEqual([]);
  });
});
