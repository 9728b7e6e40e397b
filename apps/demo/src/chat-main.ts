import { ChatStage } from './chat/chat-stage.js';
import { playChat } from './chat/play-chat.js';
import { parseOnce } from './once-option.js';
import { runDemo } from './run-demo.js';

const USAGE = `Usage: npm run demo:chat -- [options]

Starts two instances of the chat on a NATS server, has three guests talk by them, and checks that each
message reaches everybody once, and one that is for one user that user alone.

  --once  end with the result: 0 when all is well, else 1 (default: stay up until ctrl-c)
  --help  show this text`;

await runDemo({
  usage: USAGE,
  parse: parseOnce,
  scene: () => new ChatStage(),
  play: (stage, _options, say) => playChat(stage, say),
});
