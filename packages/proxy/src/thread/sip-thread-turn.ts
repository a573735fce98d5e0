import { Turn } from '../transport/turn.ts'
import type { OtherThreads } from './other-threads.ts'
import type { WheelTimer } from './wheel-timer.ts'

/** What has its place in every turn; asked for when a turn needs it. */
export interface TurnParts {
  readonly timer: () => Pick<WheelTimer, 'advance' | 'arm'>
  /** Null: this is the only SIP thread. */
  readonly others: () => Pick<OtherThreads, 'attend' | 'take' | 'rest'> | null
}

/** The turn of a SIP thread: timers that are due, then the mail of the other threads; at its end it waits for both. */
export function sipThreadTurn({ timer, others }: TurnParts): Turn {
  return new Turn(
    () => {
      // A binding that another thread has renewed meanwhile must not be swept as expired.
      others()?.attend()
      timer().advance()
      others()?.take()
    },
    () => {
      timer().arm()
      others()?.rest()
    },
  )
}
