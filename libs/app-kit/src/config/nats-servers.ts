import { z } from 'zod';

const SCHEMES = new Set(['nats:', 'tls:']);

/**
 * Splits a comma-separated list of NATS servers; an address without a scheme means `nats://`.
 * Faults name the entry by its number, never by its text: it may hold a password.
 */
export function parseNatsServers(list: string, context: z.RefinementCtx): string[] {
  return list.split(',').map((entry, index) => {
    const server = entry.trim();
    const fault = faultOf(server);
    if (fault !== undefined) {
      context.addIssue({ code: 'custom', message: `has an entry ${index + 1} that ${fault}` });
    }
    return server;
  });
}

function faultOf(server: string): string | undefined {
  if (server === '') return 'is empty';
  const address = server.includes('://') ? server : `nats://${server}`;
  if (!URL.canParse(address)) return 'is no address';
  const { protocol, hostname } = new URL(address);
  if (hostname === '') return 'names no host';
  return SCHEMES.has(protocol) ? undefined : `has the scheme ${protocol}//`;
}
