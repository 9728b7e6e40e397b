// Appends lines to the journal of a process. Each is handed to the operating system before the process goes on: what
// was written outlives a kill -9.
import { openSync, writeSync } from 'node:fs';

export function journalTo(path) {
  const file = openSync(path, 'a');
  return (what, id) => writeSync(file, `${what} ${id} ${Date.now()}\n`);
}
