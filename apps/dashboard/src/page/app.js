import { showChart } from './chart.js';
import { listen } from './connection.js';
import { showReplicas } from './replicas.js';
import { showRows } from './rows.js';
import { showLost, showStanding } from './standing.js';
import { showBatch } from './tail.js';
import { showOutcome } from './test-event.js';
import { showTotals } from './totals.js';

function showSnapshot(snapshot) {
  showStanding(snapshot);
  showTotals(snapshot);
  showChart(snapshot);
  showReplicas(snapshot);
  showRows(snapshot);
  showOutcome(snapshot);
}

listen({ snapshot: showSnapshot, reports: showBatch }, showLost);
