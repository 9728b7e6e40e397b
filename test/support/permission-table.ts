import { readDocument, sectionsOf, tableRows } from './markdown.js';

/** Is the table of permissions in a guide. */
export class PermissionTable {
  private readonly rows: string[][];

  /** @param path as seen from the root of the repository */
  constructor(
    path: string,
    private readonly names: { readonly stream: string; readonly consumer: string },
  ) {
    const section = sectionsOf(readDocument(path), 2).get('Permissions');
    if (section === undefined) throw new Error(`${path} says nothing of permissions`);
    this.rows = tableRows(section);
  }

  /** The subjects in the rows that begin with these words. @param column 1 or 2 */
  subjects(starts: readonly string[], names = this.names, column = 1): string[] {
    return starts.flatMap((start) => {
      const rows = this.rows.filter(([what]) => what!.startsWith(start));
      if (rows.length !== 1) throw new Error(`${rows.length} rows begin with "${start}"`);
      const subjects = rows[0]![column]!.match(/(?:\$JS|\$KV|dead)\.[^\s,;]+/g) ?? [];
      return subjects.map((subject) =>
        subject.replace('<stream>', names.stream).replace(/<durable>|<consumer>/, names.consumer),
      );
    });
  }
}

/** Writes a user of a server's configuration who may do this and nothing else; the password is `x`. */
export function userWith(
  name: string,
  publish: readonly string[],
  subscribe: readonly string[] = [],
): string {
  const may = (subjects: readonly string[]): string => `{ allow: ${JSON.stringify(subjects)} }`;
  return `{ user: ${name}, password: x, permissions: {
    publish: ${may(publish)}, subscribe: ${may(['_INBOX.>', ...subscribe])} } }`;
}
