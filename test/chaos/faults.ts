import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosOptions } from './chaos-options.js';
import type { Crew } from './crew.js';
import type { PlannedFault } from './fault-plan.js';
import type { Fault } from './oracle.js';
import type { Queue } from './queue.js';
import type { Site } from './site.js';

/** Is how far back a server on its own forgets acknowledgements: it writes them down every 100 ms, or a little later. */
const FORGETS_MS = 150;

/** Does what was planned to the servers and workers of a run. */
export class Faults {
  constructor(
    private readonly options: ChaosOptions,
    private readonly site: Site,
    private readonly queue: Queue,
    private readonly crew: Crew,
  ) {}

  /** Does one, and resolves when everything is well again. */
  async do({ what, which, delayMs }: PlannedFault): Promise<Fault> {
    await sleep(delayMs);
    const { workers, concurrency } = this.options;
    const { servers, replicas } = this.site;
    const server = servers[Math.floor(which * servers.length)]!;
    let at = Date.now();
    let { name } = server;
    switch (what) {
      case 'server':
        await this.site.killAndRestart(server);
        break;
      case 'worker':
        ({ name, at } = await this.crew.replaceWorker(Math.floor(which * workers)));
        break;
      case 'roll':
        name = await this.crew.rollWorker(Math.floor(which * workers));
        break;
      case 'step-down':
        name = await this.queue.stepDown();
        break;
      case 'lame-duck':
        await this.site.retireAndRestart(server);
        break;
    }
    // what is ended in good order leaves nothing behind
    const all = what === 'roll' ? 0 : workers * concurrency;
    const slots = what === 'worker' ? concurrency : all;
    const forgetsMs = what === 'server' && replicas === 1 ? FORGETS_MS : 0;
    return { what, name, at, backAt: Date.now(), slots, forgetsMs };
  }
}
