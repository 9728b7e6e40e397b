/** Something that an app needs to do its work. */
export interface ReadinessCheck {
  /** What the probe answers while it fails: a sentence that anybody may read, so it names no address. */
  readonly failure: string;
  /** @returns why it fails, for the log, or nothing while all is well; it never rejects */
  fault(): Promise<string | undefined>;
}
