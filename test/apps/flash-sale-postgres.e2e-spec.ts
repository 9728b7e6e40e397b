import { startPostgres } from '../support/postgres.js';
import { describeFlashSale } from './flash-sale-suite.js';

describeFlashSale('PostgreSQL', startPostgres);
