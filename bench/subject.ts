/** Which routing logic a proxy serves: that of kamailio.cfg and route.js, or that of Kamailio's own default configuration. */
export type Routing = 'relay' | 'default'

/** A proxy under test, serving on Port.PROXY over UDP and TCP. */
export interface Subject {
  /** The root of its process tree. */
  readonly pid: number
  /** What /metrics says; '' of a proxy without. */
  metrics(): Promise<string>
  /** Consoles look at it from now on, until the returned function is called. */
  watch(consoles: number): Promise<() => void>
  stop(): Promise<void>
}

/** How to start one. `name` is what stands in the table. */
export interface SubjectSpec {
  readonly name: string
  /** `folder` is empty and goes away with the run. */
  start(folder: string, routing: Routing): Promise<Subject>
}
