import type { AcceptanceStatus } from './acceptance-status.entity.js';
import type { RealtimeWarehousing } from './realtime-warehousing.entity.js';

/** What the database adds to a row. */
type AddedLater = 'id' | 'savedBy';

/** A row of `realtime_warehousing` before it is stored. */
export type WarehousingRow = Omit<RealtimeWarehousing, AddedLater>;

/** A row of `acceptance_status` before it is stored. */
export type AcceptanceRow = Omit<AcceptanceStatus, AddedLater>;

/** Every message becomes one row in one of two tables. */
export type StoredReport =
  | { table: 'realtime_warehousing'; row: WarehousingRow }
  | { table: 'acceptance_status'; row: AcceptanceRow };

/** A report was accepted. */
export const ACCEPTED = 1;
/** A report was not accepted; its row says why. */
export const FAILED = 0;

/** What a reader of payloads needs besides the payload. */
export interface Receipt {
  /** When the stream took the report. */
  readonly receivedAt: Date;
  /** The id of a report that comes without one; the same however often it is delivered. */
  readonly fallbackId: string;
}
