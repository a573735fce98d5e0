import type { ScriptServices } from '../../src/engine.ts'
import type { Log } from '../../src/log/log.ts'
import { Registrar } from '../../src/registrar/registrar.ts'
import type { RegistrarParameters } from '../../src/registrar/registrar-parameters.ts'
import { Script } from '../../src/script/script.ts'
import { ParameterSelection } from '../../src/thread/parameter-selection.ts'
import { ParameterSet } from '../../src/thread/parameter-set.ts'
import { parameterValue, type TmParameters } from '../../src/tm/parameters.ts'
import type { ContactJournal } from '../../src/usrloc/contact-journal.ts'
import type { Location } from '../../src/usrloc/location.ts'
import type { SimulatedProxy } from '../simulation/simulated-proxy.ts'

export interface ScriptOptions {
  readonly text: string
  readonly location: Location
  readonly journal: ContactJournal
  readonly log: Log
  /** The parameters of tm, as cfg.* reaches them; without them none has instances. */
  readonly settings?: ParameterSet<TmParameters>
  readonly gateways?: readonly string[]
  readonly registrar?: Partial<RegistrarParameters>
}

/** The real script layer over the layers of a simulated proxy; its time is the world's. */
export function simulatedScript(services: ScriptServices, proxy: () => SimulatedProxy, options: ScriptOptions): Script {
  const { transactions, replier, transport, clock, bus, counters, params, heldReplies } = services
  const registrar = new Registrar({
    location: options.location,
    journal: options.journal,
    replies: replier,
    clock,
    counters,
    ruidPrefix: 'uloc-test',
    parameters: options.registrar ?? {},
  })
  const script = new Script({
    tm: transactions,
    sl: replier,
    registrar,
    transport,
    clock,
    bus,
    counters,
    log: options.log,
    gateways: options.gateways ?? [],
    params,
    heldReplies,
    settings: new ParameterSelection({ tm: options.settings ?? new ParameterSet(params, parameterValue) }),
    listeners: () => proxy().listeners,
    turn: (work) => proxy().act(work),
    after: (ms, work) => proxy().world.after(ms, work),
  })
  script.load({ file: 'test.js', text: options.text })
  return script
}
