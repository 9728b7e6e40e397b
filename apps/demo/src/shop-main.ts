import { parseOnce } from './once-option.js';
import { runDemo } from './run-demo.js';
import { playShop } from './shop/play-shop.js';
import { ShopScene } from './shop/shop-scene.js';

const USAGE = `Usage: npm run demo:shop -- [options]

Starts a shop and its workers on a NATS server, places orders in three ways, stops a worker to show
what becomes of them, and compares how many orders a second each way takes.

  --once  end with the result: 0 when all is well, else 1 (default: stay up until ctrl-c)
  --help  show this text`;

await runDemo({
  usage: USAGE,
  parse: parseOnce,
  scene: () => new ShopScene(),
  play: (scene, _options, say) => playShop(scene, say),
});
