import { startPostgres } from '../support/postgres.js';
import { describeSaver } from './saver-suite.js';

describeSaver('PostgreSQL', async () => {
  const postgres = await startPostgres();
  return { env: { DATABASE_URL: postgres.url }, remove: () => postgres.stop() };
});
