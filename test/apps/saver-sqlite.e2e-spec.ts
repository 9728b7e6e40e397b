import { tempDir } from '../support/temp-dir.js';
import { describeSaver } from './saver-suite.js';

describeSaver('SQLite', async () => {
  const dir = await tempDir();
  return { env: { SAVER_DATABASE_FILE: dir.file('new/saver.sqlite') }, remove: () => dir.remove() };
});
