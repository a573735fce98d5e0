/** What one topic has to say. Opened for the first subscriber, closed after the last. */
export interface TopicFeed {
  readonly periodMs: number
  /** Everything, for a subscriber that knows nothing. */
  snapshot(): object
  /** What happened since the last `next`, null for nothing. */
  next(): object | null
  /** Was the last message more than anybody can follow? Then the next may wait twice as long. */
  readonly crowded?: boolean
  close(): void
}
