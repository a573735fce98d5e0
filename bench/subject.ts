/** A proxy under test, serving on Port.PROXY over UDP and TCP. */
export interface Subject {
  /** The root of its process tree. */
  readonly pid: number
  stop(): Promise<void>
}

/** How to start one. `name` is what stands in the table. */
export interface SubjectSpec {
  readonly name: string
  /** `folder` is empty and goes away with the run. */
  start(folder: string): Promise<Subject>
}
