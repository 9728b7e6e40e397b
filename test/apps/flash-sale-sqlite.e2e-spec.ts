import { describeFlashSale } from './flash-sale-suite.js';

describeFlashSale('SQLite');
