/** Values that explain a message, by name. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>

/** One thing to tell the operator. */
export interface LogEntry {
  /** Unix milliseconds. */
  readonly time: number
  /** Number of the level: `logLevels` of @signalbox/contract. */
  readonly level: number
  /** Who tells it: the name of a folder of the engine. */
  readonly module: string
  readonly message: string
  readonly fields: LogFields
}

/** Where entries go: standard error in the control thread, the control thread in a SIP thread. */
export type LogSink = (entry: LogEntry) => void
