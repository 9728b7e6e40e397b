import { Scene } from '../scene.js';

/** The names of the two instances. */
export const INSTANCES = ['chat-a', 'chat-b'] as const;

/** Two instances of the chat, and a NATS server. */
export class ChatStage extends Scene {
  /** Starts both instances, and waits until they are ready. */
  async startApps(): Promise<[string, string]> {
    const apps = INSTANCES.map((name) => this.start(name, 'chat', { CHAT_NAME: name, PORT: '0' }));
    const [first, second] = await Promise.all(apps.map((app) => app.ready()));
    return [first!, second!];
  }
}
