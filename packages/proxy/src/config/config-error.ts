/** A setting that cannot be used. The message is one line: where it was given, what is wrong with it and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  /** The exit code of a process that was given bad arguments. */
  readonly exitCode = 2
}
