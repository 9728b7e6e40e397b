import { findNats, type Played, type Say } from '../run-demo.js';
import { holdConversation } from './conversation.js';
import { type ChatStage, INSTANCES } from './chat-stage.js';

/** Starts two instances, has three guests talk by them, and says what came of it. */
export async function playChat(stage: ChatStage, say: Say): Promise<Played> {
  await findNats(stage, say);
  say('Starting two instances of the chat ...');
  const urls = await stage.startApps();
  say(`Three guests talk: ada and bob by ${INSTANCES[0]}, cy by ${INSTANCES[1]} ...`);
  const { lines, problems } = await holdConversation(urls);
  say(lines.join('\n'));
  const addresses = INSTANCES.map((name, index) => `  ${name}  ${urls[index]}`);
  return {
    problems,
    invitation: [...addresses, '', 'Open both, side by side, and talk to yourself.'].join('\n'),
  };
}
