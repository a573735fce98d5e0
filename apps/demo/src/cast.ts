import type { Span } from './random.ts'

/** How a phone takes calls. Times in milliseconds. */
export interface Habit {
  /** From the INVITE to 180. */
  readonly alertAfter: Span
  /** From 180 to the final answer; null: nobody ever answers. */
  readonly answerAfter: Span | null
  readonly status: number
  readonly reason: string
  /** Sits behind a bad line: the first copy of an INVITE and the first ACK do not arrive. */
  readonly badLine: boolean
}

const answers: Habit = { alertAfter: [60, 400], answerAfter: [2500, 11_000], status: 200, reason: 'OK', badLine: false }
const busy: Habit = { alertAfter: [60, 200], answerAfter: [300, 1200], status: 486, reason: 'Busy Here', badLine: false }
const declines: Habit = { alertAfter: [60, 300], answerAfter: [1500, 5000], status: 603, reason: 'Decline', badLine: false }
const absent: Habit = { ...answers, answerAfter: null }
const patchy: Habit = { ...answers, badLine: true }
const quick: Habit = { ...answers, answerAfter: [1800, 6000] }

export interface Role {
  /** User part of the address of record; two phones may share one. */
  readonly user: string
  readonly display: string
  readonly habit: Habit
}

/** The phones of the demo. The two of the reception ring together: a call to it forks. */
export const cast: readonly Role[] = [
  { user: 'alice', display: 'Alice', habit: answers },
  { user: 'bob', display: 'Bob', habit: answers },
  { user: 'carol', display: 'Carol', habit: answers },
  { user: 'dave', display: 'Dave', habit: quick },
  { user: 'erin', display: 'Erin', habit: busy },
  { user: 'frank', display: 'Frank', habit: declines },
  { user: 'grace', display: 'Grace', habit: absent },
  { user: 'heidi', display: 'Heidi', habit: absent },
  { user: 'ivan', display: 'Ivan', habit: patchy },
  { user: 'judy', display: 'Judy', habit: patchy },
  { user: 'reception', display: 'Reception desk', habit: answers },
  { user: 'reception', display: 'Reception mobile', habit: quick },
]
