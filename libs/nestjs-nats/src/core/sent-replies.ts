/** Is how many answers are remembered: more than go while the refusal of one is on its way. */
export const KEPT_REPLIES = 4_096;

/**
 * Remembers who has sent the latest answers. The server names one that it refuses by its subject only,
 * when that has long been forgotten elsewhere. Every request pays for this, so it is two writes.
 */
export class SentReplies<Sender> {
  private readonly subjects: string[] = [];
  private readonly senders: Sender[] = [];
  private next = 0;
  private expected = 0;

  /** An answer goes to this subject. */
  add(subject: string, sender: Sender): void {
    this.subjects[this.next] = subject;
    this.senders[this.next] = sender;
    this.next = (this.next + 1) % KEPT_REPLIES;
  }

  /** Gives who has sent the answer to this subject, once; nothing when none is remembered. */
  take(subject: string): Sender | undefined {
    const { subjects } = this;
    // refusals come in the order of answers, so the next is beside the last
    for (let i = 0; i < subjects.length; i++) {
      const at = (this.expected + i) % subjects.length;
      if (subjects[at] !== subject) continue;
      subjects[at] = '';
      this.expected = at + 1;
      return this.senders[at];
    }
    return undefined;
  }
}
