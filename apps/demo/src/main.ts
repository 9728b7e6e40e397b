import { playDemo } from './demo.js';
import { parseOptions, USAGE } from './options.js';
import { runDemo } from './run-demo.js';
import { Stage } from './stage.js';

await runDemo({
  usage: USAGE,
  parse: parseOptions,
  scene: () => new Stage(),
  play: (stage, options, say) => playDemo(stage, options.reports, say),
});
