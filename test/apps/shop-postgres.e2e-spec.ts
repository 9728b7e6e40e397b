import { startPostgres } from '../support/postgres.js';
import { describeShopOutages } from './shop-suite.js';

describeShopOutages('PostgreSQL', startPostgres);
