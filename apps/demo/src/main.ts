// Traffic for people who have no SIP gear at hand: phones on loopback that call each other through the proxy.
import { cast } from './cast.ts'
import { Director, REGISTRATION_SECONDS } from './director.ts'
import { Phone } from './phone.ts'
import { Random } from './random.ts'
import { readSettings } from './settings.ts'
import type { Settings } from './settings.ts'

/** A phone gets this long to say goodbye. */
const FAREWELL = 1000

async function run({ proxy, seed }: Settings): Promise<void> {
  const phones = await Promise.all(cast.map((role, index) => Phone.open(role, proxy, new Random(seed * 1009 + index))))
  const director = new Director(phones, new Random(seed))
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    director.stop()
    const farewell = Promise.all(phones.map((phone) => phone.register(0)))
    await Promise.race([farewell, new Promise((resolve) => setTimeout(resolve, FAREWELL))])
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
  // The launcher is gone: nobody else would end this process.
  process.on('disconnect', () => void stop())

  const statuses = await Promise.all(phones.map((phone) => phone.register(REGISTRATION_SECONDS)))
  if (stopping) return
  const refused = statuses.find((status) => status !== 200)
  if (refused !== undefined) {
    const what = refused === 0 ? 'does not answer' : `answered REGISTER with ${refused}`
    throw new Error(`the proxy at ${proxy.host} port ${proxy.port} ${what}; start it first, or name another one with --proxy`)
  }
  director.start()
  console.log(`demo: ${phones.length} phones registered at ${proxy.host} port ${proxy.port}, seed ${seed}`)
  process.send?.({ type: 'ready' })
}

function readCommandLine(): Settings {
  try {
    return readSettings(process.argv.slice(2))
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(2)
  }
}

try {
  await run(readCommandLine())
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
