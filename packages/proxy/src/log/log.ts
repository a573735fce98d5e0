import { logLevels } from '@signalbox/contract'
import type { LogFields, LogSink } from './log-entry.ts'

/** A module's voice. Not for the hot path: what happens per message is an event or a counter. */
export interface Log {
  alert(message: string, fields?: LogFields): void
  critical(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  notice(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  /** For messages that a script or a caller gives a level of its own. */
  at(level: number, message: string, fields?: LogFields): void
  /** Whether an entry of that level would be written; asked before making an expensive one. */
  enabled(level: number): boolean
}

/** All modules' logs of one thread: one level, which can be changed at run time, and one place to write to. */
export class LogRoot {
  readonly #sink: LogSink
  readonly #wall: () => number
  readonly #ofModule = new Map<string, number>()
  #level: number

  /** `wall` gives Unix milliseconds. */
  constructor(level: number, sink: LogSink, wall: () => number) {
    this.#level = level
    this.#sink = sink
    this.#wall = wall
  }

  get level(): number {
    return this.#level
  }

  set level(level: number) {
    this.#level = level
  }

  /** A level for one module that goes before the common one; null takes it back. */
  setModuleLevel(module: string, level: number | null): void {
    if (level === null) this.#ofModule.delete(module)
    else this.#ofModule.set(module, level)
  }

  moduleLevel(module: string): number {
    return this.#ofModule.get(module) ?? this.#level
  }

  module(module: string): Log {
    const enabled = (level: number): boolean => level <= this.moduleLevel(module)
    const at = (level: number, message: string, fields: LogFields = {}): void => {
      if (enabled(level)) this.#sink({ time: this.#wall(), level, module, message, fields })
    }
    const say =
      (level: number) =>
      (message: string, fields?: LogFields): void =>
        at(level, message, fields)
    return {
      alert: say(logLevels.alert),
      critical: say(logLevels.critical),
      error: say(logLevels.error),
      warn: say(logLevels.warn),
      notice: say(logLevels.notice),
      info: say(logLevels.info),
      debug: say(logLevels.debug),
      at,
      enabled,
    }
  }
}
