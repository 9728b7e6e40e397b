import type { Schema } from 'app-kit/database/data-source-options';
import { FinishedStep } from '../step/finished-step.entity.js';
import { CreateFinishedSteps1760000000002 } from './migrations/1760000000002-create-finished-steps.js';

/** What a worker keeps. */
export const SCHEMA: Schema = {
  entities: [FinishedStep],
  migrations: [CreateFinishedSteps1760000000002],
};
