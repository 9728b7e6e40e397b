import { parseArgs } from 'node:util';
import { ChatStage } from './chat/chat-stage.js';
import { playChat } from './chat/play-chat.js';
import { runDemo } from './run-demo.js';

const USAGE = `Usage: npm run demo:chat -- [options]

Starts two instances of the chat on a NATS server, has three guests talk by them, and checks that each
message reaches everybody once, and one that is for one user that user alone.

  --once  end with the result: 0 when all is well, else 1 (default: stay up until ctrl-c)
  --help  show this text`;

interface Flags {
  once?: boolean;
  help?: boolean;
}

function parse(): Flags | Error {
  const options = { once: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return error as Error;
  }
}

const flags = parse();
if (flags instanceof Error) {
  console.error(`${flags.message}\n\n${USAGE}`);
  process.exitCode = 2;
} else if (flags.help) {
  console.log(USAGE);
} else {
  const once = flags.once ?? false;
  const play = (stage: ChatStage) => playChat(stage, (line) => console.log(line));
  process.exit(await runDemo(await ChatStage.create(), play, { once }));
}
