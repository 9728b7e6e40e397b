import { describeShopOutages } from './shop-suite.js';

describeShopOutages('SQLite');
