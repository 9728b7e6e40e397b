/** A valid report; a test changes what it is about. */
export const REPORT = {
  reportType: 'reportEvent',
  appId: 'demo-app',
  appKey: 'demo-key',
  eventName: 'page_view',
  debug: 0,
  content: '{"page":"/"}',
};

/** What the agent answered. */
export interface Answer {
  status: number;
  body: { code: number; msg: string };
  msgId: string | null;
}

/** Posts a body, serialised unless it is text, to an agent. */
export async function postReport(
  agentUrl: string,
  body: unknown,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<Answer> {
  const response = await fetch(`${agentUrl}/agent/v1/report`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    body: (await response.json()) as Answer['body'],
    msgId: response.headers.get('x-message-id'),
  };
}
