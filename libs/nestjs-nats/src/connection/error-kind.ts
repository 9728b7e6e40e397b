import { PermissionViolationError } from '@nats-io/transport-node';

/**
 * Says what makes two errors of a server the same incident. Subjects of messages and inboxes are
 * countless: what they begin with is not.
 */
export function errorKind(error: Error): string {
  if (!(error instanceof PermissionViolationError)) return `${error.name} ${error.message}`;
  const [first = '', second = ''] = error.subject.split('.', 2);
  return `${error.operation} ${first.startsWith('$') ? `${first}.${second}` : first}`;
}
