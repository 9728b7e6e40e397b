import { askDashboard } from './ask-dashboard.js';
import { awaitStored } from './await-stored.js';
import { postReports } from './post-reports.js';
import { Progress } from './progress.js';
import { expectedOnDashboard, resultOf } from './result.js';
import { DEMO_APP } from './sample-report.js';
import { findNats, type Played, type Say } from './run-demo.js';
import { type AppUrls, CRASHED, REPLICAS, type Stage } from './stage.js';
import { summaryOf } from './summary.js';

/**
 * Starts everything, posts reports, kills a saver in the middle of it, waits until all are stored,
 * and says what came of it.
 */
export async function playDemo(stage: Stage, reports: number, say: Say): Promise<Played> {
  const natsUrl = await findNats(stage, say);
  say('Starting an agent, two savers and a dashboard ...');
  const urls = await stage.startApps();
  const { agentUrl, dashboardUrl } = urls;

  say(`Watch it: ${dashboardUrl}`);
  say(
    `Posting ${reports} reports to ${agentUrl}; half-way, ${CRASHED} is killed and started again ...`,
  );
  const startedAt = Date.now();
  const posting = new Progress('posted', reports);
  const posted = await postReports(agentUrl, reports, async (done) => {
    posting.update(done);
    if (done === Math.ceil(reports / 2)) await stage.crashSaver(CRASHED);
  });
  const msgIds = posted.flatMap(({ status, msgId }) => (status === 200 && msgId ? [msgId] : []));
  const storing = new Progress('stored', msgIds.length);
  const found = await awaitStored(stage.nats, msgIds, (count) => storing.update(count));
  const durationMs = Date.now() - startedAt;
  const { total } = await stage.nats.request<{ total: number }>('report.query.stats', {});
  const dashboard = await askDashboard(dashboardUrl, expectedOnDashboard(posted));

  const run = { replicas: REPLICAS, crashed: CRASHED, rows: total, durationMs, dashboard };
  const result = resultOf(posted, found, run);
  say(`\n${summaryOf(result)}`);
  return { problems: result.problems, invitation: invitationTo(urls, natsUrl) };
}

function invitationTo({ agentUrl, dashboardUrl, saverUrls }: AppUrls, natsUrl: string): string {
  const body = JSON.stringify({
    reportType: 'reportEvent',
    ...DEMO_APP,
    eventName: 'hello',
    content: '{"from":"curl"}',
  });
  return [
    `  dashboard  ${dashboardUrl}`,
    `  agent      ${agentUrl}/agent/v1/report`,
    ...saverUrls.map((url, index) => `  ${REPLICAS[index]}    ${url}/readyz`),
    `  NATS       ${natsUrl}`,
    '',
    'Open the dashboard, and try it:',
    `  curl -i ${agentUrl}/agent/v1/report -H 'content-type: application/json' -d '${body}'`,
  ].join('\n');
}
