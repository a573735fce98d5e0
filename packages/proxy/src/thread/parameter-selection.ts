import type { ParameterSet } from './parameter-set.ts'

type AnyParameterSet = Pick<ParameterSet<object>, 'select' | 'deselect' | 'isSelected'>

/** Instances of cfg groups that the script has selected for the message at hand (cfg_select, cfg_reset). */
export class ParameterSelection {
  readonly #sets: Readonly<Record<string, AnyParameterSet>>
  #any = false

  constructor(sets: Readonly<Record<string, AnyParameterSet>>) {
    this.#sets = sets
  }

  /** False: there is no such group or instance. */
  select(group: string, id: number): boolean {
    if (!Object.hasOwn(this.#sets, group) || !this.#sets[group].select(id)) return false
    this.#any = true
    return true
  }

  /** False: there is no such group. */
  reset(group: string): boolean {
    if (!Object.hasOwn(this.#sets, group)) return false
    this.#sets[group].deselect()
    return true
  }

  /** The route is over: what holds for all messages holds again. */
  end(): void {
    if (!this.#any) return
    this.#any = false
    for (const set of Object.values(this.#sets)) set.deselect()
  }
}
