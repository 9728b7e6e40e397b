import { parseOnce } from './once-option.js';
import { runDemo } from './run-demo.js';
import { playSale } from './flash-sale/play-sale.js';
import { SaleScene } from './flash-sale/sale-scene.js';

const USAGE = `Usage: npm run demo:flash-sale -- [options]

Starts a gateway and two workers on a NATS server, sends five hundred buyers of ten mugs to a queue
that is too short for them, and checks that exactly ten are sold and everybody is told.

  --once  end with the result: 0 when all is well, else 1 (default: stay up until ctrl-c)
  --help  show this text`;

await runDemo({
  usage: USAGE,
  parse: parseOnce,
  scene: () => new SaleScene(),
  play: (scene, _options, say) => playSale(scene, say),
});
