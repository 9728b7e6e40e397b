/** A line of the live tail. */
export interface LiveRow {
  readonly kind: 'event' | 'user' | 'other' | 'unreadable' | 'rejected';
  /** When the dashboard heard of it: ISO 8601, UTC. */
  readonly at: string;
  readonly name: string;
  readonly detail: string;
}

const MAX_NAME_CHARS = 128;
const MAX_DETAIL_CHARS = 240;
const KINDS: Readonly<Record<string, LiveRow['kind']>> = {
  'logger.report.event': 'event',
  'logger.report.user': 'user',
};

/** Makes a line of a message on `logger.report.>`, whatever bytes it holds. */
export function reportRow(subject: string, bytes: Uint8Array, at: Date): LiveRow {
  const text = new TextDecoder().decode(bytes);
  const fields = parse(text);
  if (fields === undefined) {
    return row('unreadable', subject, cut(text, MAX_DETAIL_CHARS), at);
  }
  const name = firstText(fields, ['eventName', 'event_name', 'dataName', 'data_name']) ?? subject;
  const detail = firstText(fields, ['reportData', 'report_data']) ?? text;
  return row(KINDS[subject] ?? 'other', name, detail, at);
}

/** Makes a line of what an agent says about a report that it has refused. */
export function rejectionRow(rejection: unknown, at: Date): LiveRow & { readonly status: number } {
  const fields = isRecord(rejection) ? rejection : {};
  const status = Number.isInteger(fields['status']) ? Number(fields['status']) : 0;
  const name = firstText(fields, ['eventName']) ?? '(no name)';
  return { ...row('rejected', name, firstText(fields, ['msg']) ?? '', at), status };
}

function row(kind: LiveRow['kind'], name: string, detail: string, at: Date): LiveRow {
  return {
    kind,
    at: at.toISOString(),
    name: cut(name, MAX_NAME_CHARS),
    detail: cut(detail, MAX_DETAIL_CHARS),
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    // what it is instead is shown as it came
    return undefined;
  }
}

function firstText(fields: Record<string, unknown>, names: readonly string[]): string | undefined {
  return names.map((name) => fields[name]).find((value) => typeof value === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cut(text: string, chars: number): string {
  return text.length > chars ? `${text.slice(0, chars)}…` : text;
}
