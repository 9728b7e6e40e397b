import { get } from 'node:http';

/** An answer of a server's monitoring port. */
export interface MonitoringAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Asks a server's HTTP monitoring port, such as `/varz`. It needs no credentials, whatever the configuration says.
 *
 * @throws Error when there is no answer within 5 s or it is not JSON.
 */
export async function askMonitoring(
  monitoringUrl: string,
  path: string,
): Promise<MonitoringAnswer> {
  const url = `${monitoringUrl}${path}`;
  const { status, text } = await fetchText(url);
  try {
    return { status, body: JSON.parse(text) as MonitoringAnswer['body'] };
  } catch (error) {
    throw new Error(`${url} does not answer with JSON`, { cause: error });
  }
}

function fetchText(url: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { timeout: 5_000, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.once('timeout', () => request.destroy(new Error(`${url} does not answer within 5 s`)));
    request.once('error', reject);
  });
}
