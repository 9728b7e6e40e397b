// what this library calls consumers that are of one process only
const OF_ONE_PROCESS = /^(broadcast|ordered)-[0-9A-Za-z]{22}$/;

/**
 * Names a consumer so that there are few names: the durable, or only what kind of consumer it is, as
 * those of one process have a new name each time.
 */
export function consumerGroup(consumer: string): string {
  return OF_ONE_PROCESS.exec(consumer)?.[1] ?? consumer;
}
