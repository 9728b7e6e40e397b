import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { ReadinessCheck } from '../health/readiness-check.js';

/** Needs the database to answer. */
@Injectable()
export class DatabaseCheck implements ReadinessCheck {
  readonly failure = 'The database does not answer.';

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async fault(): Promise<string | undefined> {
    try {
      await this.dataSource.query('SELECT 1');
      return undefined;
    } catch (error) {
      return String(error);
    }
  }
}
