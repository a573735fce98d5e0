import type { Config } from '../config/config.ts'
import { steeringProgram } from '../crossing/steering-program.ts'
import { choosePort } from '../transport/choose-port.ts'
import type { ChosenPort, DatagramPortChoice } from '../transport/choose-port.ts'
import { defaultTransportSettings } from '../transport/transport-layer.ts'
import type { TransportSettings } from '../transport/transport-layer.ts'

const CHOICES: readonly string[] = ['auto', 'native', 'ffi', 'dgram']

/** The settings of the sockets: the configuration, and variables for those who measure. */
export function transportSettings(config: Config, environment: NodeJS.ProcessEnv): TransportSettings {
  const receiveWindow = Number(environment['SIGNALBOX_RECEIVE_WINDOW'] ?? '0')
  if (!Number.isInteger(receiveWindow) || receiveWindow < 0 || receiveWindow > 100) {
    throw new Error('SIGNALBOX_RECEIVE_WINDOW must be a whole number of milliseconds from 0 (off) to 100')
  }
  const { listen, workers } = config
  const steering = workers > 1 ? steeringProgram(workers) : null
  return { ...defaultTransportSettings, listen, reusePort: workers > 1, steering, receiveWindow }
}

/** The datagram port that SIGNALBOX_DATAGRAM_PORT asks for, else the best of this system. */
export function datagramPort(environment: NodeJS.ProcessEnv): ChosenPort {
  const choice = environment['SIGNALBOX_DATAGRAM_PORT'] ?? 'auto'
  if (!CHOICES.includes(choice)) throw new Error(`SIGNALBOX_DATAGRAM_PORT is '${choice}', but it must be auto, native, ffi or dgram`)
  return choosePort(choice as DatagramPortChoice)
}
